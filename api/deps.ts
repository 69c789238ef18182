// What the routes of the public listener are made with; built once by the composition root, or by a test.
import type { Logger } from "pino";
import type { OidcClient } from "../adapters/oidc/oidc-client.ts";
import type { Mailer } from "../adapters/smtp/mailer.ts";
import type { PasswordHasher } from "../adapters/crypto/passwords.ts";
import type { DiscoverModels, TestProvider } from "../adapters/llm/provider-test.ts";
import type { SafeFetch } from "../adapters/outbound/safe-fetch.ts";
import type { Secret } from "../contracts/core/secret.ts";
import type { Database } from "../db/core/database.ts";
import type { ApiMetrics } from "./http/metrics.ts";
import type { ProviderAddresses } from "./providers/provider-address.ts";
import type { RateLimits } from "./http/rate-limits.ts";
import type { OnboardingGate } from "./http/onboarding-gate.ts";
import type { Outbound } from "./http/outbound.ts";
import type { SessionCookie } from "./http/session-cookie.ts";
import type { TemporalUiDeps } from "./temporal-ui/serve.ts";
import type { SetupGuard } from "./installation/setup-token.ts";
import type { GatewayTokens } from "./registered-agents/gateway-tokens.ts";
import type { UiFiles } from "./http/ui-files.ts";

export interface ApiDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: ApiMetrics;
  /** Who shows it may read the metrics from anywhere; null: only callers on this machine may. */
  readonly metricsToken: Secret | null;
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
  readonly furtherHosts: readonly string[];
  readonly corsOrigins: readonly string[];
  /** Where the credential broker's routes are. */
  readonly brokerPrefix: string;
  /** Where the Temporal Web UI shows a workflow; null when its address is not set. */
  readonly workflowUrl: (workflowId: string) => string | null;
  /** The local Temporal server's Web UI; null: not shown here. */
  readonly temporalUi: Pick<TemporalUiDeps, "assets" | "api" | "temporal"> | null;
  readonly version: string;
  /** The built web interface; null when there is none. */
  readonly ui: UiFiles | null;
  readonly outbound: Outbound;
  readonly mailer: Mailer;
  readonly addresses: ProviderAddresses;
  readonly testProvider: TestProvider;
  readonly discoverModels: DiscoverModels;
  readonly safeFetch: SafeFetch;
  readonly gatewayTokens: GatewayTokens;
  /** @throws FleetError WORKFLOWS_UNAVAILABLE when no answer came in time */
  readonly pingTemporal: (timeoutMs: number) => Promise<void>;
  /** How long readiness waits for Postgres; 1.5 s where absent. */
  readonly databaseProbeMs?: number | undefined;
  readonly internalListenerBound: () => boolean;
}
