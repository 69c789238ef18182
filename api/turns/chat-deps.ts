// What the chat routes are given.
import type { OpenClawGateway } from "../../adapters/openclaw/openclaw-gateway.ts";
import type { ProbeProvider } from "../../adapters/llm/provider-probe.ts";
import type { Database } from "../../db/core/database.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { BodyMemory } from "../http/body-memory.ts";
import type { EnsureRunningOptions } from "../containers/agent-starter.ts";
import type { EventStreamTimings } from "./event-stream.ts";
import type { AccessWatch } from "./access-watch.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { OtherAgents } from "./other-agents.ts";
import type { TurnStops } from "./turn-stops.ts";

export interface ChatDeps {
  readonly db: Database;
  readonly gateway: OpenClawGateway;
  /** The rule on providers' addresses. */
  readonly refusalOf: RefusalOf;
  readonly probeProvider: ProbeProvider;
  /** `ensureAgentRunning` with its own dependencies filled in. */
  readonly ensureRunning: (tenant: Tenant, options: EnsureRunningOptions) => Promise<unknown>;
  readonly otherAgents: OtherAgents;
  readonly streams: OpenStreams;
  readonly bodies: BodyMemory;
  readonly stops: TurnStops;
  readonly access: AccessWatch;
  /** Aborts when the process has to end. */
  readonly stopping: AbortSignal;
  readonly timings: ChatTimings;
}

export interface ChatTimings extends EventStreamTimings {
  /** Before each further try of a turn that the model provider did not answer. */
  readonly providerRetryPausesMs?: readonly number[] | undefined;
}
