// The one way to Temporal for api, worker and CLI: lazy connection, a deadline on every call, a circuit breaker.
import { isGrpcServiceError, type Client, type Connection } from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { FleetError } from "../../contracts/core/errors.ts";
import { createCircuitBreaker } from "../process/circuit-breaker.ts";
import { createRenewableConnection, type CallLimits, type TemporalSettings } from "./temporal-connection.ts";

export const TEMPORAL_CALL_DEADLINE_MS = 1_500;
/** An update-with-start answers when the container is up or after this long; callers repeat it. */
export const TEMPORAL_UPDATE_DEADLINE_MS = 25_000;
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
  /** Of calls that name no deadline of their own; 1.5 s where absent. */
  readonly callDeadlineMs?: number;
}

export interface TemporalCallOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Temporal {
  readonly address: string;
  readonly namespace: string;
  /** Another one after an outage: do not keep it. */
  readonly connection: Connection;
  /**
   * Runs `work` under a deadline (1.5 s unless given).
   * @throws FleetError WORKFLOWS_UNAVAILABLE when the server cannot be reached, at once while the breaker is open.
   *   Everything the server itself answers with passes through unchanged, as does a missed deadline of a call that was
   *   given its own (an update that is still running is no outage).
   */
  call<T>(work: (client: Client) => Promise<T>, options?: TemporalCallOptions): Promise<T>;
  /**
   * Asks the server whether it serves, also while the breaker is open, so that health shows the truth.
   * @throws FleetError WORKFLOWS_UNAVAILABLE when no answer came within `timeoutMs`.
   */
  ping(timeoutMs: number): Promise<void>;
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

/** Connects on the first call, not here; never throws because a server is unavailable. */
export function createTemporal(options: TemporalOptions = {}): Temporal {
  const settings = temporalSettings(options);
  const connections = createRenewableConnection(settings);
  const breaker = createCircuitBreaker(BREAKER);
  const { callDeadlineMs = TEMPORAL_CALL_DEADLINE_MS } = options;

  async function attempt<T>(work: Work<T>, limits: CallLimits, isOutage: (error: unknown) => boolean): Promise<T> {
    try {
      const result = await connections.run(work, limits);
      breaker.succeeded();
      return result;
    } catch (error) {
      if (!isOutage(error)) throw error;
      breaker.failed();
      if (breaker.blockedForMs() > 0) connections.renew();
      throw unavailable(Math.ceil(BREAKER.openMs / 1000), error);
    }
  }

  return {
    address: settings.connection.address,
    namespace: settings.namespace,
    get connection() {
      return connections.connection;
    },
    async call(work, { deadlineMs, signal } = {}) {
      const blockedMs = breaker.blockedForMs();
      if (blockedMs > 0) throw unavailable(Math.ceil(blockedMs / 1000));
      const limits = { deadlineMs: deadlineMs ?? callDeadlineMs, signal };
      return await attempt(work, limits, (error) => isOutage(error, deadlineMs === undefined));
    },
    async ping(timeoutMs) {
      const check: Work<unknown> = (_client, { healthService }) => healthService.check({ service: HEALTH_SERVICE });
      await attempt(check, { deadlineMs: timeoutMs }, () => true);
    },
    close: () => connections.close(),
  };
}

type Work<T> = (client: Client, connection: Connection) => Promise<T>;

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
  const message = "The workflow service is unavailable. Running agents are not affected; try again shortly.";
  return new FleetError("WORKFLOWS_UNAVAILABLE", message, { retryAfterSeconds, cause });
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
