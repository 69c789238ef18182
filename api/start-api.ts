// Composes the api from its settings: database, Temporal, chat, both listeners. The process and the tests start it here.
import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { Logger } from "pino";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createMailer } from "../adapters/mailer.ts";
import { createOidcClient } from "../adapters/oidc-client.ts";
import { isLoopback as isLoopbackUrl } from "../adapters/oidc-discovery.ts";
import { judgeAddress, type AddressVerdict } from "../adapters/outbound-address.ts";
import { createPasswordHasher } from "../adapters/passwords.ts";
import { createModelDiscovery, createProviderTest } from "../adapters/provider-test.ts";
import { createSafeFetch, type SafeFetch } from "../adapters/safe-fetch.ts";
import { createTemporal, type Temporal } from "../adapters/temporal-client.ts";
import { openDatabase, type Database, type DatabaseOptions } from "../db/database.ts";
import { onboardingStatus } from "../db/repositories/onboarding.ts";
import { watchAgentBridge, type AgentBridge } from "./agent-bridge.ts";
import { createApp } from "./app.ts";
import { createChatService, type ChatService, type ChatServiceOptions } from "./chat/chat-service.ts";
import type { ApiConfig } from "./config.ts";
import { createCredentialBroker } from "./credential-broker/credential-broker.ts";
import type { ApiDeps } from "./deps.ts";
import { createHttpServer, drain, listen, type ReceiveDeadlines } from "./http-server.ts";
import { createInternalApp } from "./internal-app.ts";
import { startInternalListener } from "./internal-listener.ts";
import { createMetrics } from "./metrics.ts";
import { createOnboardingGate } from "./middleware/onboarding-gate.ts";
import { createRateLimits } from "./middleware/rate-limits.ts";
import { createOidcCookie, createSessionCookie } from "./session-cookie.ts";
import { createSetupGuard } from "./setup-token.ts";
import { loadUiFiles } from "./ui-files.ts";

/** Somebody waits for each; a Postgres that falls silent is told as unavailable after this time. */
const DATABASE_LIMITS = { statementTimeoutMs: 5_000 } as const;
/** Chats may end on their own for this long after SIGTERM. */
export const DRAIN_MS = 20_000;
/** Then they are told, and after this the connections are cut. */
export const LAST_GRASP_MS = 2_000;

const UI_FOLDER = fileURLToPath(new URL("../ui/dist", import.meta.url));

/** Parts that a test replaces. */
export interface ApiOverrides extends Partial<
  Pick<ApiDeps, "mailer" | "testProvider" | "discoverModels" | "safeFetch" | "limits">
> {
  /** Where the built web interface lies. */
  readonly uiFolder?: string;
  readonly chat?: Pick<ChatServiceOptions, "gateway" | "ensureRunning" | "timings">;
  readonly drainMs?: number;
  readonly deadlines?: ReceiveDeadlines;
  readonly database?: Pick<DatabaseOptions, "connectTimeoutMs" | "statementTimeoutMs">;
  /** How long readiness waits for Postgres. */
  readonly databaseProbeMs?: number;
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
  const internal = startInternalListener({
    app: createInternalApp({ db, log, metrics, limits }),
    bridge,
    port: config.internalPort,
    deadlines: overrides.deadlines,
    log,
  });
  const chat = await createChatService({ db, temporal, log, ...overrides.chat });
  metrics.trackOpenStreams(() => chat.openChats);
  const broker = await createCredentialBroker({ db, log, limits, metrics, settings: config.credentialBroker });
  const version = await readVersion();
  const ui = await loadUiFiles(overrides.uiFolder ?? UI_FOLDER);
  const probes = {
    ...temporalProbes(temporal, config.temporalUiUrl),
    internalListenerBound: () => internal.boundTo() !== null,
  };
  const deps = publicDeps({ config, db, log, metrics, limits, bridge, overrides, version, ui }, probes);
  const https = config.publicUrl?.protocol === "https:";
  const app = createApp(deps, [...chat.routes, ...broker.routes]);
  const server = createHttpServer(app, { https, deadlines: overrides.deadlines });
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

interface Parts extends Pick<ApiDeps, "db" | "log" | "metrics" | "limits" | "version" | "ui"> {
  readonly config: ApiConfig;
  readonly bridge: AgentBridge;
  readonly overrides: ApiOverrides;
}

function publicDeps(parts: Parts, probes: Pick<ApiDeps, "pingTemporal" | "internalListenerBound" | "workflowUrl">): ApiDeps {
  const { config, db, log, metrics, limits, bridge, overrides } = parts;
  const outbound = { judge: judgeOutbound(config, bridge) };
  const https = config.publicUrl?.protocol === "https:";
  const safeFetch = overrides.safeFetch ?? createSafeFetch(outbound);
  return {
    ...probes,
    db,
    log,
    metrics,
    limits,
    passwords: createPasswordHasher(db.keyring),
    onboarding: createOnboardingGate(async () => (await db.globally(onboardingStatus)).completed),
    setup: createSetupGuard(config.setupToken),
    cookie: createSessionCookie({ https }),
    oidcCookie: createOidcCookie({ https }),
    oidc: createOidcClient({ safeFetch, loopbackFetch: loopbackFetch(config), now: Date.now }),
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    brokerPrefix: config.credentialBroker.prefix,
    version: parts.version,
    ui: parts.ui,
    mailer: overrides.mailer ?? createMailer(),
    testProvider: overrides.testProvider ?? createProviderTest(outbound),
    discoverModels: overrides.discoverModels ?? createModelDiscovery(outbound),
    safeFetch,
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

function temporalProbes(temporal: Temporal, uiUrl: URL | null): Pick<ApiDeps, "pingTemporal" | "workflowUrl"> {
  return {
    pingTemporal: (timeoutMs) => temporal.ping(timeoutMs),
    workflowUrl: (workflowId) => workflowUrl(uiUrl, temporal.namespace, workflowId),
  };
}

function workflowUrl(base: URL | null, namespace: string, workflowId: string): string | null {
  if (base === null) return null;
  const folder = base.pathname.endsWith("/") ? base.href : `${base.href}/`;
  return new URL(`namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`, folder).href;
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/**
 * The bridge's own address is where containers reach this machine, and all that listens on it: it is open where an
 * administrator opened it, like any private address, and else for the demonstration's model alone. The rest of its network is
 * never called, whatever is configured: a wrong key sent to another tenant's gateway ten times would lock us out.
 */
function judgeOutbound(config: ApiConfig, bridge: AgentBridge): (address: string, port: number) => AddressVerdict {
  const networks = config.providerNetworks;
  const opened = networks === "all" ? { allowPrivate: true } : { allowedCidrs: networks };
  return (address, port) => {
    if (!bridge.addresses().includes(address)) return judgeAddress(address, { ...opened, agentCidrs: bridge.subnets() });
    return port === config.demoModelPort ? "allowed" : judgeAddress(address, opened);
  };
}

async function announce(deps: ApiDeps, config: ApiConfig, port: number): Promise<void> {
  const { log } = deps;
  log.info({ event: "api_listening", host: config.host, port }, "api is listening");
  if (deps.ui === null) log.warn({ event: "ui_missing" }, "there is no web interface: build it with npm run ui:build");
  if (config.setupToken === null && !(await isClaimed(deps.db))) {
    const hint =
      "MOSAIC_SETUP_TOKEN is not set: nobody can create the first admin over HTTP. Set it, or use mosaic admin create-breakglass.";
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
