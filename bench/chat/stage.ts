// The api in a separate process, without Temporal, and running agents: rows in Postgres with light gateways behind them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { SETUP_TOKEN_HEADER } from "../../contracts/core/header-names.ts";
import { insertApiKey } from "../../db/keys/api-keys.ts";
import { claimStart, ensureContainerRow, recordStarted, setPhase } from "../../db/containers/containers.ts";
import type { Database } from "../../db/core/database.ts";
import { insertProvider } from "../../db/providers/providers.ts";
import { ADMIN, completeSetUp, SETUP_TOKEN } from "../../tests/support/core/api.ts";
import { ApiSession } from "../../tests/support/core/api-session.ts";
import { createTestDatabase } from "../../tests/support/core/database.ts";
import { tlsOf } from "../../tests/support/turns/gateway-tls.ts";
import type { FakeGatewayTls } from "../../tests/support/turns/fake-gateway.ts";
import { addPerson, providerInput } from "../../tests/support/people/people.ts";
import { startProduct, type ProductProcess } from "../../tests/support/core/product-process.ts";

const NO_TEMPORAL = "127.0.0.1:1";
const ADDRESSES_PER_NETWORK = 250;
const MAIN = join(import.meta.dirname, "../processes/light-gateway.ts");

/** A person's agent, and their key. */
export interface StagedAgent {
  /** A loopback address of its own, because the gateway's port is the same in every container. */
  readonly host: string;
  readonly token: string;
  readonly tls: FakeGatewayTls;
  readonly apiKey: string;
}

export interface ChatStage {
  readonly url: string;
  readonly api: ProductProcess;
  readonly agents: readonly StagedAgent[];
}

type Ending = (() => Promise<unknown>)[];

export async function withChatStage<T>(agentCount: number, work: (stage: ChatStage) => Promise<T>): Promise<T> {
  const ending: Ending = [];
  try {
    return await work(await setUp(agentCount, ending));
  } finally {
    for (const end of ending) await end();
  }
}

async function setUp(agentCount: number, ending: Ending): Promise<ChatStage> {
  const database = await createTestDatabase();
  ending.unshift(() => database.drop());
  const [asApi, asWorker] = [await database.openAs("api"), await database.openAs("worker")];
  const agents: StagedAgent[] = [];
  for (let index = 0; index < agentCount; index += 1) agents.push(await addAgent(asApi, asWorker, index));
  ending.unshift(await startGateways(agents));
  const api = startProduct("api", database, {
    MOSAIC_PORT: "0",
    MOSAIC_INTERNAL_PORT: "0",
    MOSAIC_SETUP_TOKEN: SETUP_TOKEN,
    TEMPORAL_ADDRESS: NO_TEMPORAL,
  });
  ending.unshift(() => api.stop());
  const [, port] = await api.hasLogged(/"event":"api_listening","host":"127.0.0.1","port":(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  const admin = new ApiSession(url);
  const { user } = await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
  await completeSetUp(database, admin, user.id);
  return { url, api, agents };
}

/** A person with a provider and a key, whose container's row says that the agent runs at a light gateway. */
async function addAgent(api: Database, worker: Database, index: number): Promise<StagedAgent> {
  const person = await addPerson(api);
  const host = `127.0.${77 + Math.floor(index / ADDRESSES_PER_NETWORK)}.${1 + (index % ADDRESSES_PER_NETWORK)}`;
  const key = { userId: person.userId, name: "bench", scopes: ["chat:send"], expiresAt: null } as const;
  const { apiKey } = await api.asTenant(person.tenant, async (tx) => {
    await insertProvider(tx, providerInput());
    return await insertApiKey(tx, key);
  });
  const startId = `bench-${index}`;
  const started = { startId, host: "bench", image: "bench", engineContainerId: startId, address: host };
  return await worker.asTenant(person.tenant, async (tx) => {
    await ensureContainerRow(tx);
    const { gatewayToken, gatewayIdentity } = await claimStart(tx, started);
    await recordStarted(tx, started);
    await setPhase(tx, { phase: "ready", reason: null });
    return { host, token: gatewayToken.reveal(), tls: tlsOf(gatewayIdentity), apiKey: apiKey.reveal() };
  });
}

async function startGateways(agents: readonly StagedAgent[]): Promise<() => Promise<unknown>> {
  const child = spawn(process.execPath, [MAIN], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(agents.map(({ host, token, tls }) => ({ host, token, tls }))));
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended.then(() => Promise.reject(new Error("The light gateways ended.")))]);
  return async () => {
    child.kill();
    await ended;
  };
}
