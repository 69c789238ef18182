// What the chat routes are given.
import type { OpenClawGateway } from "../../adapters/openclaw-gateway.ts";
import type { Database } from "../../db/database.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import type { EnsureRunningOptions } from "../agent-starter.ts";
import type { EventStreamTimings } from "./event-stream.ts";
import type { AccessWatch } from "./access-watch.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { TurnStops } from "./turn-stops.ts";

export interface ChatDeps {
  readonly db: Database;
  readonly gateway: OpenClawGateway;
  /** `ensureAgentRunning` with its own dependencies filled in. */
  readonly ensureRunning: (tenant: Tenant, options: EnsureRunningOptions) => Promise<unknown>;
  readonly streams: OpenStreams;
  readonly stops: TurnStops;
  readonly access: AccessWatch;
  /** Aborts when the process has to end. */
  readonly stopping: AbortSignal;
  readonly timings: EventStreamTimings;
}
