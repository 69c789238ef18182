// What the routes of the public listener are made with; built once by the composition root, or by a test.
import type { Logger } from "pino";
import type { OidcClient } from "../adapters/oidc-client.ts";
import type { Mailer } from "../adapters/mailer.ts";
import type { PasswordHasher } from "../adapters/passwords.ts";
import type { DiscoverModels, TestProvider } from "../adapters/provider-test.ts";
import type { SafeFetch } from "../adapters/safe-fetch.ts";
import type { Database } from "../db/database.ts";
import type { ApiMetrics } from "./metrics.ts";
import type { RateLimits } from "./middleware/rate-limits.ts";
import type { OnboardingGate } from "./middleware/onboarding-gate.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { SetupGuard } from "./setup-token.ts";
import type { UiFiles } from "./ui-files.ts";

export interface ApiDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  readonly limits: RateLimits;
  readonly passwords: PasswordHasher;
  readonly onboarding: OnboardingGate;
  readonly setup: SetupGuard;
  readonly cookie: SessionCookie;
  /** Of a sign-in that is under way at the identity provider. */
  readonly oidcCookie: SessionCookie;
  readonly oidc: OidcClient;
  /** The address people use; null: plain http on whatever address they called. */
  readonly publicUrl: URL | null;
  readonly trustedProxies: readonly string[];
  /** Where the credential broker's routes are. */
  readonly brokerPrefix: string;
  /** Where the Temporal Web UI shows a workflow; null when its address is not set. */
  readonly workflowUrl: (workflowId: string) => string | null;
  readonly version: string;
  /** The built web interface; null when there is none. */
  readonly ui: UiFiles | null;
  readonly mailer: Mailer;
  readonly testProvider: TestProvider;
  readonly discoverModels: DiscoverModels;
  readonly safeFetch: SafeFetch;
  /** @throws FleetError WORKFLOWS_UNAVAILABLE when no answer came in time */
  readonly pingTemporal: (timeoutMs: number) => Promise<void>;
  /** How long readiness waits for Postgres; 1.5 s where absent. */
  readonly databaseProbeMs?: number | undefined;
  readonly internalListenerBound: () => boolean;
}
