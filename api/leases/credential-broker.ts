// The credential broker of the api, put together: its routes, its waiting room, its callers.
import type { Logger } from "pino";
import { WAIT_LIMITS } from "../../contracts/leases/credential-lease.ts";
import type { Database } from "../../db/core/database.ts";
import type { Route } from "../http/define-route.ts";
import type { ApiMetrics } from "../http/metrics.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import { createBrokerAdminRoutes } from "./broker-admin-routes.ts";
import { createCredentialLeaseRoutes } from "./lease-routes.ts";
import { createBrokerAuthenticator } from "./authenticator.ts";
import { createBrokerMetrics } from "./broker-metrics.ts";
import type { CredentialBrokerSettings } from "./settings.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface CredentialBroker {
  readonly routes: readonly Route[];
  /** Answers those who wait. */
  close(): Promise<void>;
}

export interface BrokerOverrides {
  /** The longest that one request for a lease waits for a credential. */
  readonly maxLeaseWaitMs?: number;
}

export interface CredentialBrokerDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly limits: RateLimits;
  readonly metrics: ApiMetrics;
  readonly settings: CredentialBrokerSettings;
  readonly overrides: BrokerOverrides;
}

/** Close it before the database: callers may be waiting. */
export async function createCredentialBroker(deps: CredentialBrokerDeps): Promise<CredentialBroker> {
  const { db, log, limits, settings, overrides } = deps;
  const metrics = createBrokerMetrics({ db, log, registry: deps.metrics.registry });
  const waitingRoom = await WaitingRoom.open({ db, log, maxWaitMs: overrides.maxLeaseWaitMs ?? WAIT_LIMITS.maxWaitMs });
  const authenticator = createBrokerAuthenticator({ db, secrets: settings.secrets });
  const routeDeps = { prefix: settings.prefix, authenticator, limits, db };
  return {
    routes: [...createCredentialLeaseRoutes({ ...routeDeps, waitingRoom, metrics }), ...createBrokerAdminRoutes(routeDeps)],
    close: () => waitingRoom.close(),
  };
}
