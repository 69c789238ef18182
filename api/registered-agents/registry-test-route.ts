// Trying a registered agent's gateway as it is saved: whether it answers, takes the token, and has the agent.
import { z } from "zod";
import { cleaned } from "../../adapters/openclaw/registered-gateway-failures.ts";
import { SAFE_FETCH_TIMEOUT_MS, type SafeFetch, type SafeResponse } from "../../adapters/outbound/safe-fetch.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import {
  registeredAgentParamsSchema,
  registeredAgentTestSchema,
  type RegisteredAgentTest,
} from "../../contracts/registered-agents/registered-agent.ts";
import { tokenVariable } from "../../contracts/registered-agents/registered-agent-facts.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { Registry } from "./registry.ts";

const MODELS_SHOWN_MAX = 50;
const modelsSchema = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });

type Connection = Awaited<ReturnType<Registry["connection"]>>;

interface TestDeps {
  readonly registry: Registry;
  readonly safeFetch: SafeFetch;
}

export function createRegistryTestRoute({ registry, safeFetch }: TestDeps): Route {
  return defineRoute({
    method: "post",
    path: "/api/openclaw/agents/:name/test",
    operationId: "testOpenclawAgent",
    summary: `Test the gateway of a registered agent as saved; it has ${SAFE_FETCH_TIMEOUT_MS / 1000} s to answer`,
    who: "admin",
    rateLimit: "probe",
    errorStyle: "contract",
    audit: { none: "A test changes nothing." },
    params: registeredAgentParamsSchema,
    errors: ["AGENT_UNUSABLE"],
    responses: {
      200: { description: "The test result; `message` is null if all is well.", schema: registeredAgentTestSchema },
    },
    handler: async ({ params }) => {
      const connection = await registry.connection(params.name);
      return { status: 200, body: await tested(safeFetch, connection) };
    },
  });
}

/** One call: a token that is wrong is shown once. */
async function tested(safeFetch: SafeFetch, connection: Connection): Promise<RegisteredAgentTest> {
  const { token, gatewayUrl } = connection;
  const headers = token === null ? {} : { authorization: `Bearer ${token.reveal()}` };
  try {
    return judged(connection, await safeFetch(`${gatewayUrl.replace(/\/+$/, "")}/v1/models`, { headers }));
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== "PROVIDER_TEST_FAILED") throw error;
    return {
      ...UNKNOWN,
      isReachable: false,
      message: cleaned({ token: token ?? new Secret("no token"), gatewayUrl }, error.message),
    };
  }
}

const UNKNOWN: Omit<RegisteredAgentTest, "isReachable" | "message"> = { isTokenAccepted: null, isAgentKnown: null, models: [] };

function judged({ name, agentId, token }: Connection, { status, text }: SafeResponse): RegisteredAgentTest {
  const reached = { ...UNKNOWN, isReachable: true };
  if (token === null)
    return { ...reached, message: `There is no token. Enter one, or set ${tokenVariable(name)} and restart the api.` };
  if (status === 401 || status === 403)
    return { ...reached, isTokenAccepted: false, message: "The gateway rejects the token." };
  if (status !== 200) return { ...reached, message: `The gateway answers with status ${status}. Check the address.` };
  const models = modelsIn(text);
  if (models === null)
    return { ...reached, message: "The response is not a list of models. Check that this is the address of a gateway." };
  const isAgentKnown = models.some((id) => id === `openclaw/${agentId}` || id === `openclaw:${agentId}`);
  return {
    isReachable: true,
    isTokenAccepted: true,
    isAgentKnown,
    models: models.slice(0, MODELS_SHOWN_MAX),
    message: isAgentKnown ? null : "The gateway does not list this agent id. Check it.",
  };
}

/** Null for anything but a list of models. */
function modelsIn(text: string): string[] | null {
  try {
    const parsed = modelsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.data.map(({ id }) => id) : null;
  } catch {
    return null;
  }
}
