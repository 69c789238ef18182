// The real leases as a model can drive them: one database, its clock in the hand of the test, a connection to be cut.
import { Client } from "pg";
import type { KindLimits } from "../../../contracts/leases/credential-lease.ts";
import type { Secret } from "../../../contracts/core/secret.ts";
import type { Database } from "../../../db/core/database.ts";
import { lookAtLease } from "../../../db/leases/credential-expiry.ts";
import { setKindLimits } from "../../../db/leases/credential-kinds.ts";
import { heartbeatLease, quarantineCredential, releaseLease } from "../../../db/leases/credential-lease-calls.ts";
import { acquireLease } from "../../../db/leases/credential-leases.ts";
import { joinQueue, leaveQueue, touchWaiters } from "../../../db/leases/credential-waiters.ts";
import {
  addCredential,
  enableCredential,
  forceRelease,
  listCredentials,
  removeCredential,
} from "../../../db/leases/qa-credentials.ts";
import type { ModelAcquire, ModelCredential } from "./credential-lease-model.ts";
import type { TestDatabase } from "../core/database.ts";

export const CI = { role: "ci", id: "env:ci" } as const;
const MAINTAINER = { actor: { role: "maintainer", id: "env:maintainer" } } as const;
const TABLES = [
  "qa_credentials",
  "credential_waiters",
  "credential_kinds",
  "credential_proof_requests",
  "credential_lease_events",
  "outbox",
];

/** What a client remembers of a lease. */
export interface KnownLease {
  readonly leaseId: string;
  readonly credentialId: string;
  readonly kind: string;
  readonly ownerId: string;
  readonly leaseToken: Secret;
}

export type Rewrite = (statement: string) => string;

export class LeaseSystem {
  readonly #owner: Client;
  readonly #worker: Database;
  readonly #database: TestDatabase;
  /** Plants a bug into every statement of the api. */
  readonly #rewrite: Rewrite;
  #api: Database;

  private constructor(parts: { database: TestDatabase; owner: Client; worker: Database; api: Database; rewrite: Rewrite }) {
    [this.#database, this.#owner, this.#worker, this.#rewrite] = [parts.database, parts.owner, parts.worker, parts.rewrite];
    this.#api = parts.api;
  }

  static async open(database: TestDatabase, rewrite: Rewrite = (statement) => statement): Promise<LeaseSystem> {
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const [api, worker] = [await database.openAs("api"), await database.openAs("worker", { poolMax: 1 })];
    return new LeaseSystem({ database, owner, worker, api: planted(api, rewrite), rewrite });
  }

  async close(): Promise<void> {
    await Promise.all([this.#owner.end(), this.#api.close(), this.#worker.close()]);
  }

  /** The api is another process now. */
  async restart(): Promise<void> {
    await this.#api.close();
    this.#api = planted(await this.#database.openAs("api"), this.#rewrite);
  }

  /** Stands still until the next call. */
  async setClock(ms: number): Promise<void> {
    await this.#owner.query(
      `CREATE OR REPLACE FUNCTION mosaic.now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog
       AS $$ SELECT timestamptz 'epoch' + interval '${ms} milliseconds' $$`,
    );
  }

  async reset(kinds: readonly string[]): Promise<ModelCredential[]> {
    await this.#owner.query(`TRUNCATE ${TABLES.map((table) => `mosaic.${table}`).join(", ")} CASCADE`);
    const credentials: ModelCredential[] = [];
    for (const kind of kinds) {
      const input = { kind, payloadText: '{"a":1}', note: undefined, status: "active", admin: MAINTAINER } as const;
      const { credentialId: id } = await this.#api.globally((tx) => addCredential(tx, input));
      credentials.push({ id, kind, status: "active", lastLeasedAt: 0, fence: 0, coolUntil: null, lease: null });
    }
    return credentials;
  }

  async rows(): Promise<ModelCredential[]> {
    const views = await this.#api.globally((tx) => listCredentials(tx, { status: "all", limit: 500 }));
    return views.map(({ credentialId, kind, status, lastLeasedAtMs, fence, coolUntilMs, lease }) => ({
      ...{ id: credentialId, kind, status, lastLeasedAt: lastLeasedAtMs, fence, coolUntil: coolUntilMs },
      lease: lease && {
        ...{ leaseId: lease.leaseId, ownerId: lease.ownerId, expiresAt: lease.expiresAtMs, mustEndAt: lease.mustEndAtMs },
        ...{ quarantineOnExpiry: lease.quarantineOnExpiry, recorded: lease.expiryRecordedAtMs !== null },
      },
    }));
  }

  acquire = (asked: ModelAcquire, api = this.#api) => acquireLease(api, { ...asked, actor: CI, recordsFailure: true });
  heartbeat = (lease: KnownLease, leaseTtlMs: number, api = this.#api) =>
    heartbeatLease(api, { ...lease, actor: CI, leaseTtlMs });
  release = (lease: KnownLease & { readonly failed: boolean }, api = this.#api) => releaseLease(api, { ...lease, actor: CI });
  quarantine = (lease: KnownLease, api = this.#api) => quarantineCredential(api, { ...lease, actor: CI });
  look = (lease: KnownLease) => this.#worker.globally((tx) => lookAtLease(tx, lease));
  join = (kind: string, excludeCredentialIds: readonly string[]) =>
    joinQueue(this.#api, { kind, ownerId: "waiter", actor: CI, excludeCredentialIds });
  leave = (waiterId: string) => leaveQueue(this.#api, waiterId);
  touch = (waiterIds: readonly string[]) => touchWaiters(this.#api, waiterIds);
  remove = (credentialId: string) => this.#api.globally((tx) => removeCredential(tx, { credentialId, admin: MAINTAINER }));
  enable = (credentialId: string) => this.#api.globally((tx) => enableCredential(tx, { credentialId, admin: MAINTAINER }));
  forceRelease = (credentialId: string) => this.#api.globally((tx) => forceRelease(tx, { credentialId, admin: MAINTAINER }));
  limit = (kind: string, limits: Partial<KindLimits>) =>
    this.#api.globally((tx) => setKindLimits(tx, { kind, limits, admin: MAINTAINER }));

  /** Runs the call on a connection that the server cuts meanwhile. Null: the answer was lost, and nobody knows. */
  async cutDuring<T>(call: (api: Database) => Promise<T>): Promise<T | null> {
    const doomed = planted(await this.#database.openAs("api", { poolMax: 1 }), this.#rewrite);
    const [backend] = await doomed.autocommit.sql<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const answer = call(doomed).catch(() => null);
    // What it began must have come to its end before anybody looks at the rows.
    await this.#owner.query("SELECT pg_terminate_backend($1, 120000)", [backend?.pid]);
    const answered = await answer;
    await doomed.close();
    return answered;
  }
}

function planted(api: Database, rewrite: Rewrite): Database {
  const { sql, ...rest } = api.autocommit;
  return { ...api, autocommit: { ...rest, sql: (text, parameters) => sql(rewrite(text), parameters) } };
}
