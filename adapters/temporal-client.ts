// The one way to Temporal for api, worker and CLI: lazy connection, a deadline on every call, a circuit breaker.
import { Client, Connection, isGrpcServiceError, type ConnectionOptions } from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { FleetError } from "../contracts/errors.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import { createGrpcRetry } from "./temporal-retry.ts";

export const TEMPORAL_CALL_DEADLINE_MS = 1_500;
/** An update-with-start answers when the container is up or after this long; callers repeat it. */
export const TEMPORAL_UPDATE_DEADLINE_MS = 25_000;
/** gRPC's own default lets a client sit for two minutes after a short outage. */
const RECONNECT_BACKOFF_MAX_MS = 2_000;
const BREAKER = { failures: 3, openMs: 5_000 } as const;
const DEFAULT_ADDRESS = "127.0.0.1:7233";
const DEFAULT_NAMESPACE = "default";
const GRPC = { deadlineExceeded: 4, unavailable: 14 } as const;
const HEALTH_SERVICE = "temporal.api.workflowservice.v1.WorkflowService";

export interface TemporalOptions {
  /** `host:port`; wins over `env`. */
  readonly address?: string | undefined;
  readonly namespace?: string | undefined;
  /** The process's environment: TEMPORAL_* gives address, namespace, TLS and API key as the Temporal tools read them. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What a connection of either kind (client here, native in the worker) is made with. */
export interface TemporalSettings {
  readonly connection: Pick<ConnectionOptions, "address" | "tls" | "apiKey" | "metadata"> & { readonly address: string };
  readonly namespace: string;
}

export interface TemporalCallOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Temporal {
  readonly address: string;
  readonly namespace: string;
  readonly connection: Connection;
  /**
   * Runs `work` under a deadline (1.5 s unless given).
   * @throws FleetError WORKFLOWS_UNAVAILABLE when the server cannot be reached, at once while the breaker is open.
   *   Everything the server itself answers with passes through unchanged, as does a missed deadline of a call that was
   *   given its own (an update that is still running is no outage).
   */
  call<T>(work: (client: Client) => Promise<T>, options?: TemporalCallOptions): Promise<T>;
  close(): Promise<void>;
}

/** Reads TEMPORAL_* (and a Temporal configuration file when TEMPORAL_CONFIG_FILE names one), then the explicit options. */
export function temporalSettings(options: TemporalOptions = {}): TemporalSettings {
  const env = definedOnly(options.env ?? {});
  const disableFile = env["TEMPORAL_CONFIG_FILE"] === undefined;
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: env, disableFile });
  const { apiKey, tls, metadata } = connectionOptions;
  return {
    connection: {
      address: options.address ?? connectionOptions.address ?? DEFAULT_ADDRESS,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(metadata === undefined ? {} : { metadata }),
    },
    namespace: options.namespace ?? namespace ?? DEFAULT_NAMESPACE,
  };
}

/** Connects on the first call, not here; never throws because a server is away. */
export function createTemporal(options: TemporalOptions = {}): Temporal {
  const settings = temporalSettings(options);
  const retry = createGrpcRetry();
  const connection = Connection.lazy({
    ...settings.connection,
    interceptors: [retry.interceptor],
    channelArgs: { "grpc.max_reconnect_backoff_ms": RECONNECT_BACKOFF_MAX_MS, "grpc.initial_reconnect_backoff_ms": 200 },
  });
  const client = new Client({ connection, namespace: settings.namespace });
  const breaker = createCircuitBreaker(BREAKER);

  async function call<T>(work: (client: Client) => Promise<T>, callOptions: TemporalCallOptions = {}): Promise<T> {
    const blockedMs = breaker.blockedForMs();
    if (blockedMs > 0) throw unavailable(Math.ceil(blockedMs / 1000));
    const { deadlineMs = TEMPORAL_CALL_DEADLINE_MS, signal } = callOptions;
    const underDeadline = () => connection.withDeadline(Date.now() + deadlineMs, () => work(client));
    try {
      const result = await (signal === undefined ? underDeadline() : connection.withAbortSignal(signal, underDeadline));
      breaker.succeeded();
      return result;
    } catch (error) {
      if (!isOutage(error, callOptions.deadlineMs === undefined)) throw error;
      breaker.failed();
      throw unavailable(Math.ceil(BREAKER.openMs / 1000), error);
    }
  }

  return {
    address: settings.connection.address,
    namespace: settings.namespace,
    connection,
    call,
    async close() {
      await retry.settle();
      await connection.close();
    },
  };
}

/**
 * Asks the server whether it serves, bypassing the breaker so that health shows the truth.
 * @throws FleetError WORKFLOWS_UNAVAILABLE when no answer came within `timeoutMs`.
 */
export async function pingTemporal(temporal: Temporal, timeoutMs: number): Promise<void> {
  const check = () => temporal.connection.healthService.check({ service: HEALTH_SERVICE });
  try {
    await temporal.connection.withDeadline(Date.now() + timeoutMs, check);
  } catch (error) {
    throw unavailable(1, error);
  }
}

function isOutage(error: unknown, deadlineCounts: boolean): boolean {
  const code = grpcCode(error);
  return code === GRPC.unavailable || (deadlineCounts && code === GRPC.deadlineExceeded);
}

/** The SDK wraps gRPC errors, sometimes twice; the code is what tells an outage from an answer. */
function grpcCode(error: unknown): number | null {
  let current = error;
  for (let depth = 0; depth < 4 && typeof current === "object" && current !== null; depth += 1) {
    if (isGrpcServiceError(current)) return current.code;
    current = "cause" in current ? current.cause : null;
  }
  return null;
}

function unavailable(retryAfterSeconds: number, cause?: unknown): FleetError {
  const message = "The workflow service cannot be reached just now. Running agents are not affected; try again shortly.";
  return new FleetError("WORKFLOWS_UNAVAILABLE", message, { retryAfterSeconds, cause });
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
