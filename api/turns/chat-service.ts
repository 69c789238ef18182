// Composes the chat: gateway client, starter, open streams and routes, for the api's composition root and for tests.
import type { Logger } from "pino";
import { createOpenClawGateway, type OpenClawGateway } from "../../adapters/openclaw/openclaw-gateway.ts";
import type { ProbeProvider } from "../../adapters/llm/provider-probe.ts";
import type { Temporal } from "../../adapters/temporal/temporal-client.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Database } from "../../db/core/database.ts";
import { touchActivity } from "../../db/core/admission.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import { createBodyMemory, type BodyMemory } from "../http/body-memory.ts";
import { ensureAgentRunning, START_TOTAL_TIMEOUT_MS } from "../containers/agent-starter.ts";
import type { Route } from "../http/define-route.ts";
import { createChatRoutes } from "./chat-routes.ts";
import { createCompletionRoutes } from "./completion-routes.ts";
import { assertModelAllowed } from "../providers/model-choice.ts";
import { createWakeUpdates } from "../containers/wake-updates.ts";
import { createAccessWatch } from "./access-watch.ts";
import type { ChatDeps, ChatTimings } from "./chat-deps.ts";
import { createOpenStreams } from "./open-streams.ts";
import { NO_OTHER_AGENTS, type OtherAgents } from "./other-agents.ts";
import { createTurnStops } from "./turn-stops.ts";

export interface ChatServiceOptions {
  readonly db: Database;
  readonly temporal: Temporal;
  readonly log: Logger;
  /** The rule on providers' addresses. */
  readonly refusalOf: RefusalOf;
  /** Tests why an agent cannot reach its provider. */
  readonly probeProvider: ProbeProvider;
  readonly otherAgents?: OtherAgents;
  readonly gateway?: OpenClawGateway;
  readonly ensureRunning?: ChatDeps["ensureRunning"];
  readonly bodies?: BodyMemory;
  readonly timings?: ChatTimings & { readonly touchEveryMs?: number };
}

export interface ChatService {
  readonly routes: readonly Route[];
  readonly openChats: number;
  /**
   * For a stop of the process: waits until open chats have ended, at most `timeoutMs`, then cuts the rest and gives the
   * connections back. New chats must be refused before by closing the listener.
   */
  close(timeoutMs: number): Promise<void>;
}

/** Close it before the database: chats may be open. */
export async function createChatService(options: ChatServiceOptions): Promise<ChatService> {
  const { db, temporal, log, refusalOf, probeProvider, bodies = createBodyMemory(), timings = {} } = options;
  const otherAgents = options.otherAgents ?? NO_OTHER_AGENTS;
  const gateway = options.gateway ?? createOpenClawGateway();
  const touch = (tenants: Parameters<typeof touchActivity>[1]) => touchActivity(db, tenants);
  const streams = createOpenStreams({ touch, log, touchEveryMs: timings.touchEveryMs });
  const access = await createAccessWatch({ db, log });
  const stops = await createTurnStops(db);
  const stopping = new AbortController();
  const wakeUpdates = createWakeUpdates({ lifetimeMs: START_TOTAL_TIMEOUT_MS, nowMs: () => performance.now() });
  const start = options.ensureRunning ?? ((tenant, how) => ensureAgentRunning({ db, temporal, wakeUpdates }, tenant, how));
  const deps: ChatDeps = {
    ...{ db, gateway, refusalOf, probeProvider, bodies, otherAgents },
    ensureRunning: async (tenant, how) => {
      await db.asTenant(tenant, (tx) => assertModelAllowed(tx, refusalOf));
      return await start(tenant, how);
    },
    streams,
    stops,
    access,
    stopping: stopping.signal,
    timings,
  };
  return {
    routes: [...createChatRoutes(deps), ...createCompletionRoutes(deps), ...otherAgents.routes(deps)],
    get openChats() {
      return streams.count;
    },
    async close(timeoutMs) {
      await streams.drained(timeoutMs);
      stopping.abort(restarting());
      streams.close();
      await access.close();
      await stops.close();
      await gateway.close();
    },
  };
}

function restarting(): FleetError {
  return new FleetError("GATEWAY_UNAVAILABLE", "The service is restarting. Try again in a moment.", { retryAfterSeconds: 5 });
}
