// The real api in this process: real HTTP, real Postgres, both listeners; no Temporal unless a test brings one.
import { createLogger } from "../../../adapters/process/logger.ts";
import { readApiConfig } from "../../../api/config.ts";
import { UNDECLARED_ERROR_EVENT } from "../../../api/http/errors.ts";
import { createRateLimits, RATE_LIMITS_PER_MINUTE } from "../../../api/http/rate-limits.ts";
import { startApi, type ApiOverrides, type RunningApi } from "../../../api/start-api.ts";
import { SETUP_TOKEN_HEADER } from "../../../contracts/core/header-names.ts";
import { PROVIDER_DEFAULTS } from "../../../contracts/providers/provider-facts.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { upsertEngine } from "../../../db/containers/engines.ts";
import { ApiSession } from "./api-session.ts";
import { createTestDatabase, PATIENT, type TestDatabase } from "./database.ts";
import { useWorld } from "./use-world.ts";
import { waitFor } from "./wait-for.ts";

export const SETUP_TOKEN = "test-setup-token-0123456789";
export const ADMIN = { username: "root", password: "an admin's long password" } as const;
/** Nothing listens there: what needs Temporal must do without. */
const NO_TEMPORAL = "127.0.0.1:1";
const READY_TIMEOUT_MS = 60_000;
/** The minimum of bcrypt: the product's twelve cost a quarter of a second of processor time for each person of each test. */
const QUICK_ROUNDS = 4;

export interface TestApi extends RunningApi {
  readonly url: string;
  /** That it works on. */
  readonly database: TestDatabase;
  /** @throws when a route answered with an error that it does not declare, and that its description thus leaves out. */
  close(): Promise<void>;
  /** Everything that was logged so far. */
  logs(): string;
  /** A caller with a cookie jar of its own. */
  session(): ApiSession;
}

export interface TestApiOptions extends ApiOverrides {
  readonly env?: Readonly<Record<string, string>>;
}

/** Rate limits, database deadlines and the cost of hashes do not interfere unless a test sets its own. */
export async function startTestApi(database: TestDatabase, options: TestApiOptions = {}): Promise<TestApi> {
  const config = readApiConfig({
    DATABASE_URL: database.ownerUrl,
    MOSAIC_SECRET_KEY: database.rootKeyText,
    MOSAIC_PORT: "0",
    MOSAIC_INTERNAL_PORT: "0",
    MOSAIC_SETUP_TOKEN: SETUP_TOKEN,
    TEMPORAL_ADDRESS: NO_TEMPORAL,
    ...options.env,
  });
  const lines: string[] = [];
  const log = createLogger({ name: "api", level: "debug", destination: { write: (line) => void lines.push(line) } });
  const unlimited = Object.fromEntries(Object.keys(RATE_LIMITS_PER_MINUTE).map((name) => [name, 100_000]));
  const quick = { passwordRounds: QUICK_ROUNDS, drainMs: 0 };
  const patient = { database: PATIENT, databaseProbeMs: PATIENT.statementTimeoutMs };
  const api = await startApi(config, log, { ...patient, limits: createRateLimits(unlimited), ...quick, ...options });
  const url = `http://127.0.0.1:${api.port}`;
  return {
    ...api,
    url,
    database,
    logs: () => lines.join(""),
    session: () => new ApiSession(url),
    async close() {
      await api.close();
      const undeclared = lines.filter((line) => line.includes(`"event":"${UNDECLARED_ERROR_EVENT}"`));
      if (undeclared.length > 0) throw new Error(`Routes must declare these under errors:\n${undeclared.join("")}`);
    },
  };
}

/** With a database of its own. Options that come from another world are made when that has started. */
export const useApi = (options: TestApiOptions | (() => Promise<TestApiOptions>) = {}) =>
  useWorld(async (ends) => {
    const database = ends.adopt(await createTestDatabase(), ({ drop }) => drop());
    const given = typeof options === "function" ? await options() : options;
    return ends.adopt(await startTestApi(database, given), ({ close }) => close());
  });

/** The first administrator of a set-up installation, signed in. */
export const useAdmin = (api: TestApi) => useWorld(() => setUpInstallation(api));

/** A member, signed in. */
export const useUser = (api: TestApi, admin: ApiSession, name: string) => useWorld(() => addUser(api, admin, name));

/** Creates the first admin and finishes the onboarding. Nobody has a provider afterwards: tests make their own. */
export async function setUpInstallation(api: TestApi): Promise<ApiSession> {
  const admin = api.session();
  const { user } = await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
  await completeSetUp(api.database, admin, user.id);
  return admin;
}

/**
 * The set-up ends only with a provider. The admin has one until then; written past the API, it leaves no audit row and no
 * revision.
 */
export async function completeSetUp(database: TestDatabase, admin: ApiSession, userId: string): Promise<void> {
  const [row] = await database.asOwner<{ id: string }>(
    `INSERT INTO mosaic.llm_providers (id, tenant, name, display_name, type, base_url, api_type, models, is_active)
     VALUES (gen_random_uuid(), $1, 'set-up', 'Set-up', 'openai', $2, 'openai-completions', '[{"id":"m","name":"m"}]', true) RETURNING id`,
    [humanTenant(userId), PROVIDER_DEFAULTS.openai.baseUrl],
  );
  await admin.expect(200, "POST", "/api/onboarding/complete");
  await database.asOwner("DELETE FROM mosaic.llm_providers WHERE id = $1", [row?.id]);
}

export interface TestUser {
  readonly id: string;
  readonly name: string;
  readonly session: ApiSession;
}

/** A signed-in member. */
export async function addUser(api: TestApi, admin: ApiSession, username: string): Promise<TestUser> {
  const password = `${username} has a long secret`;
  const { id } = await admin.expect(201, "POST", "/api/users", { username, password });
  const session = api.session();
  await session.expect(201, "POST", "/api/session", { username, password });
  return { id, name: username, session };
}

/** Reports a bridge with this address, as the worker does, and waits until the internal listener is bound to it. */
export async function bindInternalListener(
  database: TestDatabase,
  api: TestApi,
  gatewayAddress = "127.0.0.1",
): Promise<string> {
  const fleet = await database.openAs("fleet");
  const report = {
    name: "test",
    ok: true,
    detail: "",
    version: "1",
    networkId: gatewayAddress,
    subnet: "127.0.0.0/8",
    gatewayAddress,
  };
  await fleet.globally((tx) => upsertEngine(tx, report));
  const bound = () => (api.internalAddress()?.startsWith(`${gatewayAddress}:`) === true ? api.internalAddress() : null);
  return `http://${await waitFor(bound, { timeoutMs: READY_TIMEOUT_MS, what: "the internal listener is bound" })}`;
}
