// The caller's agent container: its state, restart and stop. Requests are kept while Temporal is down.
import { z } from "zod";
import { plainTextSchema } from "../../contracts/core/name.ts";
import { containerViewSchema } from "../../contracts/containers/agent-container.ts";
import { givenReason } from "../../contracts/containers/container-reasons.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { askContainer, type NewIntent } from "../../db/containers/container-intents.ts";
import { findContainer } from "../../db/containers/containers.ts";
import { loadContainerView } from "./container-view.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/me/agent";
/** Without a reason: the record of who requested it says enough. */
const reasonSchema = z.strictObject({ reason: plainTextSchema(500).min(1).optional() }).prefault({});
const REASON_EXAMPLE = { reason: "Unexpected response." };
const ACCEPTED = {
  202: {
    description: "Accepted; it will be carried out as soon as possible.",
    schema: z.strictObject({ status: z.literal("accepted") }),
  },
} as const;

export function createAgentRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getAgent",
      summary: "Read your agent's container state and timeline",
      who: "tenant",
      scope: "container:read",
      rateLimit: "read",
      responses: { 200: { description: "The state.", schema: containerViewSchema } },
      handler: async ({ caller }) => ({ status: 200, body: await db.asTenant(caller.tenant, loadContainerView) }),
    }),
    createActionRoute("restart", "Restart your agent; it keeps its memory"),
    createActionRoute("stop", "Put your agent to sleep; the next chat wakes it"),
    defineRoute({
      method: "delete",
      path: PATH,
      operationId: "retireAgent",
      summary: "Permanently delete your agent: container, volume with its memory, and state",
      // Nothing brings the memory back: a key that leaked, or a script that holds one, must not be enough.
      who: "session",
      rateLimit: "write",
      audit: { action: "agent.retire", target: "container" },
      body: z.strictObject({ confirm: z.literal("delete") }),
      bodyExample: { confirm: "delete" },
      responses: ACCEPTED,
      errors: ["NOT_FOUND"],
      handler: async ({ user, write }) => {
        await write(
          user.tenant,
          (tx) => ask(tx, { kind: "retire", by: user.id, reason: null }),
          (targetId) => ({ targetId }),
        );
        return { status: 202, body: { status: "accepted" } };
      },
    }),
  ];
}

function createActionRoute(action: "restart" | "stop", summary: string): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/${action}`,
    operationId: `${action}Agent`,
    summary,
    who: "tenant",
    scope: "container:write",
    rateLimit: "write",
    audit: { action: `agent.${action}`, target: "container" },
    body: reasonSchema,
    bodyExample: REASON_EXAMPLE,
    responses: ACCEPTED,
    errors: ["NOT_FOUND"],
    handler: async ({ caller, body, write }) => {
      const { reason = "" } = body;
      const facts = (targetId: string) => ({ targetId, detail: { reason } });
      await write(caller.tenant, (tx) => ask(tx, { kind: action, by: caller.id, reason: givenReason(reason) }), facts);
      return { status: 202, body: { status: "accepted" } };
    },
  });
}

/** The container's id. @throws FleetError NOT_FOUND when there is none to ask anything of. */
async function ask(tx: TenantTransaction, intent: NewIntent): Promise<string> {
  const container = await findContainer(tx);
  if (container === null) throw new FleetError("NOT_FOUND", "You have no agent container yet. Your first chat creates one.");
  await askContainer(tx, intent);
  return container.id;
}
