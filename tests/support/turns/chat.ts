// The chat under test: the real api and Postgres, a fake gateway, and a starter that does what a test says.
import type { ChatServiceOptions } from "../../../api/turns/chat-service.ts";
import type { ApiOverrides } from "../../../api/start-api.ts";
import { createOpenClawGateway } from "../../../adapters/openclaw/openclaw-gateway.ts";
import type { ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import { humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { claimStart, ensureContainerRow, recordStarted, setPhase } from "../../../db/containers/containers.ts";
import { addUser, setUpInstallation, startTestApi, type TestApi, type TestUser } from "../core/api.ts";
import type { ApiSession } from "../core/api-session.ts";
import { createTestDatabase, type TestDatabase } from "../core/database.ts";
import { startFakeGateway, type FakeGateway } from "./fake-gateway.ts";
import { newGatewayTls, tlsOf } from "./gateway-tls.ts";
import { providerInput } from "../people/people.ts";
import { useWorld } from "../core/use-world.ts";
import { startPostgresProxy, type PostgresProxy } from "../core/postgres-proxy.ts";

type Starter = NonNullable<ChatServiceOptions["ensureRunning"]>;

export interface ChatUser extends TestUser {
  readonly tenant: Tenant;
  /** A personal key with the scope chat:send. */
  readonly apiKey: string;
}

export interface ChatBench {
  readonly database: TestDatabase;
  readonly worker: Database;
  readonly api: TestApi;
  readonly admin: ApiSession;
  readonly gateway: FakeGateway;
  /** Between the api and Postgres. */
  readonly postgres: PostgresProxy;
  /** Tenants for which the starter was asked, in order. */
  readonly started: Tenant[];
  /** What the starter does; by default it brings the agent up at the fake gateway. */
  startWith(starter: Starter): void;
  addUser(name: string, options?: { readonly provider?: boolean; readonly scopes?: readonly string[] }): Promise<ChatUser>;
  /** Makes the row say that the agent runs at `address`, with a token that the fake gateway accepts. */
  bringUp(tenant: Tenant, address?: string): Promise<string>;
  setPhase(tenant: Tenant, phase: ContainerPhase): Promise<void>;
  post(path: string, body: unknown, headers: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  close(): Promise<void>;
}

export interface ChatBenchOptions extends Pick<
  ApiOverrides,
  "testProvider" | "discoverModels" | "safeFetch" | "deadlines" | "registeredGateways"
> {
  readonly timings?: ChatServiceOptions["timings"];
  readonly bodies?: ChatServiceOptions["bodies"];
  /** Uses the real starter, with no Temporal to reach. */
  readonly realStarter?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A stream opens after half a second of silence. If the machine stalls, an error arrives in the stream, without a status. */
const OPEN_AFTER_MS = 10_000;

export const useChat = (options?: ChatBenchOptions) =>
  useWorld(async (ends) => ends.adopt(await createChatBench(options), ({ close }) => close()));

export async function createChatBench(given: ChatBenchOptions = {}): Promise<ChatBench> {
  const { timings, bodies, realStarter, env, ...overrides } = given;
  const database = await createTestDatabase();
  const worker = await database.openAs("worker");
  const gateway = await startFakeGateway({ token: "no token yet", tls: newGatewayTls() });
  const started: Tenant[] = [];
  let starts = 0;

  async function bringUp(tenant: Tenant, address = gateway.host): Promise<string> {
    starts += 1;
    const startId = `start-${starts}`;
    return await worker.asTenant(tenant, async (tx) => {
      await ensureContainerRow(tx);
      const { gatewayToken, gatewayIdentity } = await claimStart(tx, { startId });
      await recordStarted(tx, { startId, host: "test", image: "test", engineContainerId: startId, address });
      await setPhase(tx, { phase: "ready", reason: null });
      if (address === gateway.host) gateway.become({ token: gatewayToken.reveal(), tls: tlsOf(gatewayIdentity) });
      return gatewayToken.reveal();
    });
  }

  let starter: Starter = async (tenant) => await bringUp(tenant);
  const ensureRunning: Starter = async (tenant, how) => {
    started.push(tenant);
    return await starter(tenant, how);
  };
  const postgres = await startPostgresProxy(database.ownerUrl);
  const api = await startTestApi(database, {
    ...overrides,
    env: { DATABASE_URL: postgres.url, ...env },
    chat: {
      gateway: createOpenClawGateway({ port: gateway.port }),
      ...(realStarter === true ? {} : { ensureRunning }),
      timings: { openAfterMs: OPEN_AFTER_MS, ...timings },
      ...(bodies === undefined ? {} : { bodies }),
    },
  });
  const admin = await setUpInstallation(api);

  return {
    database,
    worker,
    api,
    admin,
    gateway,
    postgres,
    started,
    startWith: (given) => void (starter = given),
    bringUp,
    async addUser(name, { provider = true, scopes = ["chat:send"] } = {}) {
      const user = await addUser(api, admin, name);
      if (provider) await user.session.expect(201, "POST", "/api/me/providers", providerInput());
      const { apiKey } = await user.session.expect(201, "POST", "/api/me/keys", { name: "test", scopes });
      return { ...user, tenant: humanTenant(user.id), apiKey };
    },
    setPhase: (tenant, phase) => worker.asTenant(tenant, (tx) => setPhase(tx, { phase, reason: null })),
    post: (path, body, headers, signal) =>
      fetch(api.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    async close() {
      gateway.release();
      await api.close();
      await gateway.close();
      await postgres.close();
      await database.drop();
    },
  };
}

export const withKey = (user: ChatUser): Record<string, string> => ({ authorization: `Bearer ${user.apiKey}` });
