// Generated input at every route of the public listener, good and bad, as every kind of caller.
import { SETUP_TOKEN_HEADER, CSRF_HEADER } from "../../contracts/core/header-names.ts";
import { ALL_SCOPES } from "../../contracts/core/principal.ts";
import { parseDescription, routesOf } from "../support/core/api-description.ts";
import { ADMIN, SETUP_TOKEN, startTestApi } from "../support/core/api.ts";
import type { ApiSession } from "../support/core/api-session.ts";
import { BROKER_ENV, CI, MAINTAINER } from "../support/leases/credential-broker.ts";
import { createChatBench, withKey, type ChatBench, type ChatUser } from "../support/turns/chat.ts";
import { createTestDatabase } from "../support/core/database.ts";
import { providerInput } from "../support/people/people.ts";
import { aTestResult } from "../support/providers/provider-test-results.ts";
import { sized } from "../support/core/run-size.ts";
import type { FuzzRun } from "../support/core/schemathesis.ts";
import { expectSoundAnswers, type Surroundings } from "../support/core/sound-answers.ts";

/** Two runs at most, each with a limit of its own. */
const TIMEOUT_MS = sized(2_000_000);
/** Nothing is fetched from other machines while addresses are made up. */
const NO_OUTSIDE = {
  testProvider: async () => aTestResult(),
  discoverModels: async () => ({ models: [], isCut: false, unusable: [] }),
  safeFetch: async () => ({ status: 404, contentType: "text/plain", text: "" }),
  // No credential ever becomes free.
  maxLeaseWaitMs: 100,
} as const;

type PublicRun = Omit<FuzzRun, "url" | "document">;

async function expectSound(run: PublicRun, where: Surroundings): Promise<void> {
  const document = await where.api.session().expect(200, "GET", "/openapi.json");
  await expectSoundAnswers({ ...run, url: where.api.url, document }, where);
}

const asSession = async (session: ApiSession) => ({
  cookie: session.cookie,
  [CSRF_HEADER]: (await session.expect(200, "GET", "/api/session")).csrfToken,
});

/** Those that may be called in this way. */
function operationsOf(document: unknown, scheme: "personalKey" | "brokerSecret"): string[] {
  const operations = routesOf(parseDescription(document)).map(({ operation }) => operation);
  return operations.filter(({ security }) => security.some((way) => scheme in way)).map(({ operationId }) => operationId);
}

describe("before the installation is set up", () => {
  const setUp = async () => {
    const database = await createTestDatabase();
    const api = await startTestApi(database, NO_OUTSIDE);
    const canaries = { rootKey: database.rootKeyText, setupToken: SETUP_TOKEN, password: ADMIN.password };
    return { database, api, canaries };
  };

  test(
    "anonymous callers learn that it is not set up, and the first admin sets it up",
    async () => {
      const { database, ...where } = await setUp();
      try {
        await expectSound({ isRefused: true, absent: ["ONBOARDING_REQUIRED"] }, where);
        const admin = where.api.session();
        await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
        const only = ["setUpOidc", "setUpProvider", "setUpSystemAgents", "createFirstAdmin"];
        await expectSound({ only, headers: await asSession(admin) }, where);
      } finally {
        await where.api.close();
        await database.drop();
      }
    },
    TIMEOUT_MS,
  );
});

describe("on an installation in use", () => {
  let bench: ChatBench;
  let member: ChatUser;
  let where: Surroundings;

  beforeAll(async () => {
    bench = await createChatBench({ ...NO_OUTSIDE, env: BROKER_ENV });
    member = await bench.addUser("member", { scopes: ALL_SCOPES });
    const gatewayToken = await bench.bringUp(member.tenant);
    const { rootKeyText: rootKey } = bench.database;
    const apiKey = providerInput().apiKey ?? "";
    const canaries = { rootKey, gatewayToken, apiKey, memberKey: member.apiKey, setupToken: SETUP_TOKEN };
    where = { api: bench.api, canaries: { ...canaries, password: ADMIN.password } };
  });
  afterAll(async () => await bench.close());

  const documentOf = async () => await bench.api.session().expect(200, "GET", "/openapi.json");
  const asBroker = async (secret: string): Promise<PublicRun> => ({
    headers: { authorization: `Bearer ${secret}` },
    only: operationsOf(await documentOf(), "brokerSecret"),
  });
  const runs: [string, () => PublicRun | Promise<PublicRun>][] = [
    ["anonymous callers", () => ({ isRefused: true })],
    ["a key with every scope", () => ({ headers: withKey(member) })],
    // Signing out would leave nothing to try.
    ["a member with a session", async () => ({ headers: await asSession(member.session), without: ["signOut"] })],
    [
      "an admin with a session, where a member's way is not the same",
      async () => {
        // Whoever the user is, what a key may call does the same.
        const without = ["signOut", ...operationsOf(await documentOf(), "personalKey")];
        // No mail server is there to be set.
        return { headers: await asSession(bench.admin), without, absent: ["MAIL_FAILED", "AGENT_UNUSABLE"] };
      },
    ],
    ["a runner with the broker's secret", async () => await asBroker(CI)],
    ["a maintainer with the broker's secret", async () => await asBroker(MAINTAINER)],
  ];
  test.each(runs)("%s", async (_caller, run) => await expectSound(await run(), where), TIMEOUT_MS);

  test(
    "chats while no agent runs and the workflow service is away",
    async () => {
      const api = await startTestApi(bench.database);
      try {
        await bench.setPhase(member.tenant, "asleep");
        const chats = { only: ["chat", "createChatCompletion"], absent: ["CONTAINER_STARTING"] as const };
        await expectSound({ ...chats, headers: withKey(member) }, { ...where, api });
      } finally {
        await api.close();
      }
    },
    TIMEOUT_MS,
  );
});
