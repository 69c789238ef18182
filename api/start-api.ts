// Composes the api from its settings: database, Temporal, chat, both listeners. The process and the tests start it here.
import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { Logger } from "pino";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createMailer } from "../adapters/smtp/mailer.ts";
import { createOidcClient } from "../adapters/oidc/oidc-client.ts";
import { isLoopback as isLoopbackUrl } from "../adapters/oidc/oidc-discovery.ts";
import { judgeAddress } from "../adapters/outbound/outbound-address.ts";
import { createPasswordHasher } from "../adapters/crypto/passwords.ts";
import { resolveName, type ResolveName } from "../adapters/llm/provider-address.ts";
import { createProviderProbe } from "../adapters/llm/provider-probe.ts";
import { createModelDiscovery, createProviderTest } from "../adapters/llm/provider-test.ts";
import { createSafeFetch, type SafeFetch } from "../adapters/outbound/safe-fetch.ts";
import { createRegisteredGateways, type RegisteredGatewayOptions } from "../adapters/openclaw/registered-gateway.ts";
import { createTemporal, type Temporal } from "../adapters/temporal/temporal-client.ts";
import { openZipArchive } from "../adapters/process/zip-archive.ts";
import { TEMPORAL_UI_PATH } from "../contracts/core/ui-pages.ts";
import { openDatabase, type Database, type DatabaseOptions } from "../db/core/database.ts";
import { onboardingStatus } from "../db/installation/onboarding.ts";
import { watchAgentBridge } from "./http/agent-bridge.ts";
import { createPublicApp } from "./public-app.ts";
import { createChatService, type ChatService, type ChatServiceOptions } from "./turns/chat-service.ts";
import type { ApiConfig } from "./config.ts";
import { createCredentialBroker, type BrokerOverrides } from "./leases/credential-broker.ts";
import type { ApiDeps } from "./deps.ts";
import { createHttpServer, drain, listen } from "./http/http-server.ts";
import type { ReceiveDeadlines } from "./http/receive-deadlines.ts";
import { createInternalApp } from "./internal-app.ts";
import { startInternalListener } from "./http/internal-listener.ts";
import { createOutbound } from "./http/outbound.ts";
import { createMetrics } from "./http/metrics.ts";
import { createOnboardingGate } from "./http/onboarding-gate.ts";
import { createRateLimits } from "./http/rate-limits.ts";
import { createAgentsElsewhere } from "./registered-agents/agent-completions.ts";
import { createRegistry } from "./registered-agents/registry.ts";
import { createProviderAddresses } from "./providers/provider-address.ts";
import { createOidcCookie, createSessionCookie } from "./http/session-cookie.ts";
import { createSetupGuard } from "./installation/setup-token.ts";
import { loadTemporalUi } from "./temporal-ui/assets.ts";
import { loadUiFiles } from "./http/ui-files.ts";

/** Someone waits for each statement; a Postgres that falls silent is reported as unavailable after this time. */
const DATABASE_LIMITS = { statementTimeoutMs: 5_000 } as const;
/** Chats may end on their own for this long after SIGTERM. */
export const DRAIN_MS = 20_000;
/** Then they are told, and after this the connections are cut. */
export const LAST_GRASP_MS = 2_000;

/** In the archive. */
const TEMPORAL_UI_FOLDER = "github.com/temporalio/ui-server/v2@v2.42.1/ui/assets/local/";
const UI_FOLDER = fileURLToPath(new URL("../ui/dist", import.meta.url));

/** Parts that a test replaces. */
export interface ApiOverrides
  extends Partial<Pick<ApiDeps, "mailer" | "testProvider" | "discoverModels" | "safeFetch" | "limits">>, BrokerOverrides {
  /** Where the built web interface lies. */
  readonly uiFolder?: string;
  readonly chat?: Pick<ChatServiceOptions, "gateway" | "ensureRunning" | "timings" | "bodies">;
  /** What gateways outside may be called, and how long they are waited for. */
  readonly registeredGateways?: Pick<RegisteredGatewayOptions, "judge" | "resolve" | "timeouts">;
  readonly drainMs?: number;
  readonly deadlines?: ReceiveDeadlines;
  readonly database?: Pick<DatabaseOptions, "connectTimeoutMs" | "statementTimeoutMs">;
  /** Rounds of bcrypt for new hashes. */
  readonly passwordRounds?: number;
  /** How long readiness waits for Postgres. */
  readonly databaseProbeMs?: number;
  /** How the name in a provider's address becomes addresses when it is saved. */
  readonly resolveName?: ResolveName;
}

export interface RunningApi {
  readonly port: number;
  /** `address:port` of the internal listener, or null while it is not bound. */
  internalAddress(): string | null;
  /** Takes no new request, lets chats end for up to 20 s, then closes everything. */
  close(): Promise<void>;
}

/** @throws FleetError CONFIG_INVALID, DATABASE_UNAVAILABLE */
export async function startApi(config: ApiConfig, log: Logger, overrides: ApiOverrides = {}): Promise<RunningApi> {
  const { databaseUrl: url, rootKey } = config;
  const db = await openDatabase({ url, role: "api", rootKey, ...DATABASE_LIMITS, ...overrides.database });
  const temporal = createTemporal({ env: config.temporalEnv });
  const bridge = await watchAgentBridge({ db, log });
  const metrics = createMetrics();
  const limits = overrides.limits ?? createRateLimits();
  const addresses = createProviderAddresses({ config, bridge, resolve: overrides.resolveName ?? resolveName });
  const outbound = await createOutbound(db, config.outbound, log);
  const internal = startInternalListener({
    app: createInternalApp({ db, log, metrics, limits, refusalOf: addresses.refusalOf, outbound }),
    bridge,
    port: config.internalPort,
    deadlines: overrides.deadlines,
    log,
  });
  const chat = await startChat({ config, db, log, addresses, outbound, overrides }, temporal);
  metrics.trackOpenStreams(() => chat.openChats);
  const broker = await createCredentialBroker({ db, log, limits, metrics, settings: config.credentialBroker, overrides });
  const [version, ui] = await Promise.all([readVersion(), loadUiFiles(overrides.uiFolder ?? UI_FOLDER)]);
  const probes = {
    ...(await temporalParts(config, temporal, log)),
    internalListenerBound: () => internal.boundTo() !== null,
  };
  const deps = publicDeps({ config, db, log, metrics, limits, addresses, outbound, overrides, version, ui }, probes);
  const app = createPublicApp(deps, [...chat.routes, ...broker.routes]);
  const server = createHttpServer(app, { https: config.publicUrl?.protocol === "https:", deadlines: overrides.deadlines });
  const port = await listen(server, config.port, config.host);
  await announce(deps, config, port);
  return {
    port,
    internalAddress: () => internal.boundTo(),
    async close() {
      const waitersAnswered = broker.close();
      await closeInOrder(server, chat, overrides.drainMs ?? DRAIN_MS);
      await waitersAnswered;
      for (const part of [internal, bridge, temporal, db]) await part.close();
    },
  };
}

interface Parts extends Pick<ApiDeps, "db" | "log" | "metrics" | "limits" | "addresses" | "outbound" | "version" | "ui"> {
  readonly config: ApiConfig;
  readonly overrides: ApiOverrides;
}

async function startChat(
  parts: Pick<Parts, "config" | "db" | "log" | "addresses" | "outbound" | "overrides">,
  temporal: Temporal,
): Promise<ChatService> {
  const { config, db, log, addresses, outbound, overrides } = parts;
  const outside = outsideOf({ addresses, outbound });
  const probeProvider = createProviderProbe(outside);
  const { refusalOf } = addresses;
  const otherAgents = createAgentsElsewhere({
    registry: createRegistry({ db, tokens: config.gatewayTokens }),
    gateways: createRegisteredGateways({ ...outside, ...overrides.registeredGateways }),
  });
  return await createChatService({ db, temporal, log, refusalOf, probeProvider, otherAgents, ...overrides.chat });
}

/** The rules for every connection to an address that a user entered. */
function outsideOf({ addresses, outbound }: Pick<Parts, "addresses" | "outbound">) {
  return { judge: addresses.judge, way: () => outbound.way() };
}

function publicDeps(parts: Parts, probes: TemporalParts & Pick<ApiDeps, "internalListenerBound">): ApiDeps {
  const { config, db, log, metrics, limits, addresses, outbound, overrides } = parts;
  const outside = outsideOf({ addresses, outbound });
  const https = config.publicUrl?.protocol === "https:";
  const safeFetch = overrides.safeFetch ?? createSafeFetch(outside);
  return {
    ...probes,
    db,
    log,
    metrics,
    metricsToken: config.metricsToken,
    limits,
    addresses,
    passwords: createPasswordHasher(db.keyring, overrides.passwordRounds),
    onboarding: createOnboardingGate(async () => (await db.globally(onboardingStatus)).completed),
    setup: createSetupGuard(config.setupToken),
    cookie: createSessionCookie({ https }),
    oidcCookie: createOidcCookie({ https }),
    oidc: createOidcClient({ safeFetch, loopbackFetch: loopbackFetch(config), now: Date.now }),
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    furtherHosts: config.furtherHosts,
    corsOrigins: config.corsOrigins,
    brokerPrefix: config.credentialBroker.prefix,
    version: parts.version,
    ui: parts.ui,
    mailer: overrides.mailer ?? createMailer({ way: outside.way }),
    testProvider: overrides.testProvider ?? createProviderTest(outside),
    discoverModels: overrides.discoverModels ?? createModelDiscovery(outside),
    safeFetch,
    gatewayTokens: config.gatewayTokens,
    outbound,
    databaseProbeMs: overrides.databaseProbeMs,
  };
}

/** Who reaches the product at a loopback address alone has the identity provider there too: this is development. */
function loopbackFetch({ publicUrl, host }: ApiConfig): SafeFetch | null {
  const isDevelopment = publicUrl === null ? isLoopback(host) : isLoopbackUrl(publicUrl);
  return isDevelopment
    ? createSafeFetch({ judge: (address) => (judgeAddress(address, {}) === "loopback" ? "allowed" : "not_public") })
    : null;
}

type TemporalParts = Pick<ApiDeps, "pingTemporal" | "workflowUrl" | "temporalUi">;

/** An address that was given for the Web UI goes before ours. */
async function temporalParts(config: ApiConfig, temporal: Temporal, log: Logger): Promise<TemporalParts> {
  const temporalUi = config.temporalUi === null ? null : await openTemporalUi(config.temporalUi, temporal, log);
  const base = config.temporalUiUrl ?? (temporalUi === null ? null : `${TEMPORAL_UI_PATH}/`);
  return {
    temporalUi,
    pingTemporal: (timeoutMs) => temporal.ping(timeoutMs),
    workflowUrl: (workflowId) => workflowUrl(base, temporal.namespace, workflowId),
  };
}

/** `base`: an address, or a path of ours. */
function workflowUrl(base: URL | string | null, namespace: string, workflowId: string): string | null {
  if (base === null) return null;
  const place = `namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
  if (typeof base === "string") return `${base}${place}`;
  return new URL(place, base.pathname.endsWith("/") ? base.href : `${base.href}/`).href;
}

/** Null when its archive is damaged or gone: the product works without it. */
async function openTemporalUi(place: NonNullable<ApiConfig["temporalUi"]>, temporal: Temporal, log: Logger) {
  const { archive, httpPort, httpHost } = place;
  try {
    const assets = await loadTemporalUi(await openZipArchive(archive, TEMPORAL_UI_FOLDER), TEMPORAL_UI_PATH);
    return { assets, api: { address: { host: "127.0.0.1", port: httpPort }, hostName: httpHost }, temporal };
  } catch (err) {
    log.warn({ event: "temporal_ui_missing", err }, "the Temporal Web UI cannot be shown: its archive cannot be read");
    return null;
  }
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

async function announce(deps: ApiDeps, config: ApiConfig, port: number): Promise<void> {
  const { log } = deps;
  log.info({ event: "api_listening", host: config.host, port }, "api is listening");
  if (deps.ui === null) log.warn({ event: "ui_missing" }, "there is no web interface: build it with npm run ui:build");
  if (config.setupToken === null && !(await isClaimed(deps.db))) {
    const hint =
      "MOSAIC_SETUP_TOKEN is not set, so the first administrator cannot be created over HTTP. Set it, or use mosaic admin create-breakglass.";
    log.warn({ event: "setup_token_missing" }, hint);
  }
  if (config.publicUrl === null && !isLoopback(config.host)) {
    log.warn({ event: "public_url_missing" }, "MOSAIC_PUBLIC_URL is not set: session cookies travel without TLS.");
  }
}

async function isClaimed(db: Database): Promise<boolean> {
  return (await db.globally(onboardingStatus)).adminCreated;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || judgeAddress(host, {}) === "loopback";
}

/** A turn may go on without its client, so that chats are waited for also when no connection is open any more. */
async function closeInOrder(server: Server, chat: Pick<ChatService, "close">, drainMs: number): Promise<void> {
  const endsAt = Date.now() + drainMs;
  let closing: Promise<void> | undefined;
  const closeChat = (waitMs: number): Promise<void> => (closing ??= chat.close(waitMs));
  await drain(server, { drainMs, lastGraspMs: LAST_GRASP_MS }, () => void closeChat(0));
  await closeChat(Math.max(0, endsAt - Date.now()));
}
