// An installation with one caller of each kind, and things that the addresses of routes can name.
import { randomBytes, randomUUID } from "node:crypto";
import { Pool } from "pg";
import { newSessionToken } from "../../../adapters/crypto/credentials.ts";
import { csrfToken } from "../../../api/http/csrf.ts";
import { ALL_SCOPES } from "../../../contracts/core/principal.ts";
import { CSRF_HEADER } from "../../../contracts/core/header-names.ts";
import { SESSION_COOKIE } from "../../../contracts/sign-in/session.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { insertApiKey } from "../../../db/keys/api-keys.ts";
import { claimStart, ensureContainerRow, recordStarted } from "../../../db/containers/containers.ts";
import { insertSession } from "../../../db/sign-in/sessions.ts";
import { bindInternalListener, setUpInstallation, startTestApi, type TestApi } from "./api.ts";
import type { Caller, InternalCaller } from "./authorisation-table.ts";
import { BROKER_ENV, CI, MAINTAINER } from "../leases/credential-broker.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { addPerson } from "../people/people.ts";

import { createCallingAgents, forgedHeaders, insertAgentKeyRow, insertAgentRow } from "../agents/calling-agents.ts";

export type Headers = Readonly<Record<string, string>>;

export interface AuthorisationWorld {
  readonly api: TestApi;
  /** The api's own database access, to read what its tables hold. */
  readonly db: Database;
  /** `METHOD /path/{id}` of every route of the public listener. */
  readonly routes: readonly string[];
  readonly internalUrl: string;
  /** Fresh ones for each call, since some calls end a session. */
  headersOf(caller: Caller): Promise<Headers>;
  internalHeadersOf(caller: InternalCaller): Promise<Headers>;
  /** The path with ids in it: of things made for this call, where callers differ by whose they are. */
  concrete(path: string): Promise<string>;
  /** As `concrete`, on the internal listener: the container of the caller `own`. */
  concreteInternal(path: string): string;
  close(): Promise<void>;
}

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const PEOPLE = ["member", "otherMember", "owner", "workspaceAdmin", "workspaceMember", "guest", "deactivated"] as const;
type Person = (typeof PEOPLE)[number] | "admin" | "target";

export async function createAuthorisationWorld(): Promise<AuthorisationWorld> {
  const database = await createTestDatabase();
  const db = await database.openAs("api");
  const api = await startTestApi(database, { env: BROKER_ENV });
  const admin = await setUpInstallation(api);
  const { paths } = await admin.expect(200, "GET", "/openapi.json");
  const people = new Map<Person, string>([["admin", (await admin.expect(200, "GET", "/api/session")).user.id]]);
  for (const name of [...PEOPLE, "target"] as const) people.set(name, (await addPerson(db)).userId);
  const idOf = (name: Person): string => people.get(name) ?? UNKNOWN_ID;
  await database.asOwner("UPDATE mosaic.users SET deactivated_at = mosaic.now() WHERE id = $1", [idOf("deactivated")]);
  const owner = new Pool({ connectionString: database.ownerUrl, max: 4 });
  const internalUrl = await bindInternalListener(database, api);
  const containers = await startContainers(database);
  const bearers = await mintBearers({ db, database, containers, idOf });
  const agents = await createCallingAgents({ db, database, ownerOf: idOf });

  const sessionOf = (name: Person): Promise<Headers> =>
    sessionHeaders(db, { userId: idOf(name), systemRole: name === "admin" ? "admin" : "member" });

  return {
    ...{ api, db, internalUrl },
    routes: Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
    async headersOf(caller) {
      if (caller === "anonymous") return {};
      if (caller === "forged") return forgedHeaders(idOf("member"));
      const agentKey = agents.keys.get(caller);
      if (agentKey !== undefined) return { authorization: `Agent ${agentKey}` };
      const bearer = bearers.get(caller);
      return bearer === undefined ? await sessionOf(caller as Person) : { authorization: `Bearer ${bearer}` };
    },
    async internalHeadersOf(caller) {
      if (caller === "anonymous") return {};
      if (caller === "session") return { cookie: (await sessionOf("member"))["cookie"] ?? "" };
      const token = caller === "key" ? bearers.get("key") : containers.get(caller)?.token;
      return { authorization: `Bearer ${token ?? ""}` };
    },
    concrete: (path) => makeThings({ owner, idOf, agentId: agents.id }, path),
    concreteInternal: (path) => path.replace("{id}", containers.get("own")?.id ?? "").replace("{containerType}", "user"),
    async close() {
      await owner.end();
      await api.close();
      await database.drop();
    },
  };
}

/** Straight from the database: a sign-in costs a password hash. */
async function sessionHeaders(db: Database, who: { userId: string; systemRole: "admin" | "member" }): Promise<Headers> {
  const token = newSessionToken();
  const tokenHash = db.tokens.hash(token);
  await db.globally((tx) => insertSession(tx, { ...who, tokenHash, remoteAddress: null, userAgent: null }));
  return {
    cookie: `${SESSION_COOKIE}=${token.reveal()}`,
    [CSRF_HEADER]: csrfToken(db.keyring.csrfKey, tokenHash),
  };
}

interface Container {
  readonly id: string;
  readonly token: string;
}

/** Each of a tenant of its own. */
async function startContainers(database: TestDatabase): Promise<Map<string, Container>> {
  const worker = await database.openAs("worker");
  const containers = new Map<string, Container>();
  for (const [name, address] of Object.entries({
    own: "127.0.0.1",
    otherContainer: "127.0.0.1",
    elsewhere: "10.1.2.3",
    stopped: "127.0.0.1",
  })) {
    const container = await worker.asTenant(humanTenant(randomUUID()), async (tx) => {
      const { id } = await ensureContainerRow(tx);
      const { agentToken } = await claimStart(tx, { startId: name });
      await recordStarted(tx, { startId: name, host: "h", image: "i", engineContainerId: name, address });
      // A new start makes the token of the one before it void.
      if (name === "stopped") await claimStart(tx, { startId: "the next" });
      return { id, token: agentToken.reveal() };
    });
    containers.set(name, container);
  }
  return containers;
}

interface MintParts {
  readonly db: Database;
  readonly database: TestDatabase;
  readonly containers: ReadonlyMap<string, Container>;
  readonly idOf: (name: Person) => string;
}

async function mintBearers({ db, database, containers, idOf }: MintParts): Promise<Map<Caller, string>> {
  const mint = async (name: Person): Promise<{ keyId: string; text: string }> => {
    const userId = idOf(name);
    const key = { userId, name: "key", scopes: [...ALL_SCOPES], expiresAt: null };
    const { row, apiKey } = await db.asTenant(humanTenant(userId), (tx) => insertApiKey(tx, key));
    return { keyId: row.keyId, text: apiKey.reveal() };
  };
  const bare = await mint("member");
  await database.asOwner("UPDATE mosaic.personal_api_keys SET scopes = '{}' WHERE key_id = $1", [bare.keyId]);
  return new Map<Caller, string>([
    ["key", (await mint("member")).text],
    ["keyWithoutScope", bare.text],
    ["adminKey", (await mint("admin")).text],
    ["container", containers.get("own")?.token ?? ""],
    ["brokerCi", CI],
    ["brokerMaintainer", MAINTAINER],
  ]);
}

interface Makings {
  readonly owner: Pool;
  readonly idOf: (name: Person) => string;
  /** Of the member's agent that calls. */
  readonly agentId: string;
}
type Maker = (makings: Makings, path: string) => Promise<string>;

/** Where callers differ by whose the thing is, by the beginning of the address. */
const MAKERS: Readonly<Record<string, Maker>> = {
  "/api/workspaces/{id}": makeWorkspace,
  "/api/me/providers/{id}": async ({ owner, idOf }, path) => {
    const id = randomUUID();
    await owner.query(
      `INSERT INTO mosaic.llm_providers (id, tenant, name, display_name, type, base_url, api_type, models, is_active)
       VALUES ($1, $2, $3, 'Main', 'custom', 'http://192.0.2.1', 'openai-completions', '[{}]', true)`,
      [id, humanTenant(idOf("member")), `p-${id}`],
    );
    return path.replace("{id}", id);
  },
  "/api/me/keys/{keyId}": async ({ owner, idOf }, path) => {
    const keyId = `mpk_${randomBytes(10).toString("hex")}`;
    await owner.query(
      `INSERT INTO mosaic.personal_api_keys (id, tenant, user_id, key_id, name, hash, last_four, scopes)
       VALUES ($1, $2, $3, $4, 'key', $5, '0000', '{chat:send}')`,
      [randomUUID(), humanTenant(idOf("member")), idOf("member"), keyId, randomBytes(32)],
    );
    return path.replace("{keyId}", keyId);
  },
  "/agent/keys/{keyId}": makeAgentKey,
  "/api/agent/keys/{keyId}": makeAgentKey,
  "/api/agents/{id}": makeAgent,
  "/api/me/sessions/{id}": async ({ owner, idOf }, path) => {
    const { rows } = await owner.query<{ id: string }>(
      `INSERT INTO mosaic.sessions (id, proof, user_id, expires_at) VALUES ($1, '', $2, mosaic.now() + interval '1 hour')
       RETURNING left(encode(sha256(id), 'hex'), 32) AS id`,
      [randomBytes(32), idOf("member")],
    );
    return path.replace("{id}", rows[0]?.id ?? "");
  },
};

async function makeAgentKey({ owner, idOf, agentId }: Makings, path: string): Promise<string> {
  return path.replace("{keyId}", await insertAgentKeyRow(owner, { agentId, ownerId: idOf("member") }));
}

/** One of its own for each call: some of them disable it. */
async function makeAgent({ owner, idOf }: Makings, path: string): Promise<string> {
  const [agentId, ownerId] = [randomUUID(), idOf("member")];
  await insertAgentRow(owner, { agentId, ownerId });
  return path.replace("{id}", agentId).replace("{keyId}", await insertAgentKeyRow(owner, { agentId, ownerId }));
}

/** With every role, a plain member to act on, and a team. */
async function makeWorkspace({ owner, idOf }: Makings, path: string): Promise<string> {
  const [id, teamId] = [randomUUID(), randomUUID()];
  const roles = {
    owner: "owner",
    workspaceAdmin: "admin",
    workspaceMember: "member",
    guest: "guest",
    target: "member",
  } as const;
  await owner.query(
    `WITH made AS (INSERT INTO mosaic.workspaces (id, name) VALUES ($1, 'Workspace') RETURNING id),
          team AS (INSERT INTO mosaic.teams (id, workspace_id, name) SELECT $2, id, 'Team' FROM made)
     INSERT INTO mosaic.workspace_members (workspace_id, user_id, role)
     SELECT made.id, given.user_id, given.role FROM made, unnest($3::uuid[], $4::text[]) AS given (user_id, role)`,
    [id, teamId, Object.keys(roles).map((name) => idOf(name as Person)), Object.values(roles)],
  );
  return path.replace("{id}", id).replace("{teamId}", teamId).replace("{userId}", idOf("target"));
}

function makeThings(makings: Makings, path: string): Promise<string> {
  const [, make] = Object.entries(MAKERS).find(([start]) => path.startsWith(start)) ?? [];
  return make?.(makings, path) ?? Promise.resolve(path.replaceAll(/\{[^}]+\}/g, UNKNOWN_ID));
}

/** True where what the address names exists, so that 404 is a refusal. */
export function namesRealThings(path: string): boolean {
  return Object.keys(MAKERS).some((start) => path.startsWith(start));
}
