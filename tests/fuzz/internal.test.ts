// Generated input at every route of the internal listener: with no token, a container's own token and another one's.
import { DIRECT } from "../../adapters/outbound/outbound-way.ts";
import { randomUUID } from "node:crypto";
import { internalRoutes } from "../../api/internal-app.ts";
import { openApiDocument } from "../../api/http/openapi.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import { claimStart, ensureContainerRow, recordStarted } from "../../db/containers/containers.ts";
import { parseDescription, routesOf } from "../support/core/api-description.ts";
import { bindInternalListener, setUpInstallation, startTestApi, type TestApi } from "../support/core/api.ts";
import { createTestDatabase, type TestDatabase } from "../support/core/database.ts";
import { expectSoundAnswers } from "../support/core/sound-answers.ts";

/** Two runs, each with a limit of its own. */
const TIMEOUT_MS = 2_000_000;
let database: TestDatabase;
let api: TestApi;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi(database);
  await setUpInstallation(api);
  url = await bindInternalListener(database, api);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

/** A container that calls from this machine. */
async function addContainer(): Promise<{ id: string; agentToken: string; gatewayToken: string }> {
  const worker = await database.openAs("worker");
  const startId = randomUUID();
  return await worker.asTenant(humanTenant(randomUUID()), async (tx) => {
    const { id } = await ensureContainerRow(tx);
    const { agentToken, gatewayToken } = await claimStart(tx, { startId });
    await recordStarted(tx, { startId, host: "test", image: "test", engineContainerId: startId, address: "127.0.0.1" });
    return { id, agentToken: agentToken.reveal(), gatewayToken: gatewayToken.reveal() };
  });
}

/** The listener publishes no description: it is made here from the same routes, with ids that exist among the values. */
async function descriptionWith(ids: readonly string[]): Promise<unknown> {
  const deps = { refusalOf: () => null, outbound: { way: async () => DIRECT } };
  const routes = internalRoutes({ db: await database.openAs("api"), ...deps });
  const document = parseDescription(openApiDocument(routes, { version: "0", sessionCookieName: "none" }));
  for (const { operation } of routesOf(document)) {
    for (const parameter of operation.parameters ?? [])
      if (parameter.name === "id") parameter["schema"] = { type: "string", enum: ids };
  }
  return document;
}

test(
  "without a token",
  async () => {
    const { id, agentToken, gatewayToken } = await addContainer();
    const { rootKeyText: rootKey } = database;
    const document = await descriptionWith([id, randomUUID()]);
    await expectSoundAnswers({ url, document }, { api, canaries: { rootKey, agentToken, gatewayToken } });
  },
  TIMEOUT_MS,
);

test(
  "with a container's own token, which opens nothing of another container",
  async () => {
    const own = await addContainer();
    const other = await addContainer();
    const document = await descriptionWith([own.id, other.id]);
    const headers = { authorization: `Bearer ${own.agentToken}` };
    const { rootKeyText: rootKey } = database;
    const canaries = { rootKey, ownToken: own.agentToken, othersToken: other.agentToken, othersGateway: other.gatewayToken };
    await expectSoundAnswers({ url, document, headers }, { api, canaries });
  },
  TIMEOUT_MS,
);
