// The credential broker of the api, put together: its routes, its waiting room, its callers.
import type { Logger } from "pino";
import type { Database } from "../../db/database.ts";
import type { Route } from "../define-route.ts";
import type { ApiMetrics } from "../metrics.ts";
import type { RateLimits } from "../middleware/rate-limits.ts";
import { createBrokerAdminRoutes } from "../routes/credential-broker-admin.ts";
import { createCredentialLeaseRoutes } from "../routes/credential-leases.ts";
import { createBrokerAuthenticator } from "./authenticator.ts";
import { createBrokerMetrics } from "./broker-metrics.ts";
import type { CredentialBrokerSettings } from "./settings.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface CredentialBroker {
  readonly routes: readonly Route[];
  /** Answers those who wait. */
  close(): Promise<void>;
}

export interface CredentialBrokerDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly limits: RateLimits;
  readonly metrics: ApiMetrics;
  readonly settings: CredentialBrokerSettings;
}

/** Close it before the database: callers may be waiting. */
export async function createCredentialBroker(deps: CredentialBrokerDeps): Promise<CredentialBroker> {
  const { db, log, limits, settings } = deps;
  const metrics = createBrokerMetrics({ db, log, registry: deps.metrics.registry });
  const waitingRoom = await WaitingRoom.open({ db, log });
  const authenticator = createBrokerAuthenticator({ db, secrets: settings.secrets });
  const routeDeps = { prefix: settings.prefix, authenticator, limits, db };
  return {
    routes: [...createCredentialLeaseRoutes({ ...routeDeps, waitingRoom, metrics }), ...createBrokerAdminRoutes(routeDeps)],
    close: () => waitingRoom.close(),
  };
}
