// Composes the chat: gateway client, starter, open streams and routes, for the api's composition root and for tests.
import type { Logger } from "pino";
import { createOpenClawGateway, type OpenClawGateway } from "../../adapters/openclaw-gateway.ts";
import type { Temporal } from "../../adapters/temporal-client.ts";
import { FleetError } from "../../contracts/errors.ts";
import type { Database } from "../../db/database.ts";
import { touchActivity } from "../../db/repositories/admission.ts";
import { ensureAgentRunning, START_TOTAL_TIMEOUT_MS } from "../agent-starter.ts";
import type { Route } from "../define-route.ts";
import { createChatRoutes } from "../routes/chat.ts";
import { createCompletionRoutes } from "../routes/completions.ts";
import { createWakeUpdates } from "../wake-updates.ts";
import { createAccessWatch } from "./access-watch.ts";
import type { ChatDeps } from "./chat-deps.ts";
import type { EventStreamTimings } from "./event-stream.ts";
import { createOpenStreams } from "./open-streams.ts";
import { createTurnStops } from "./turn-stops.ts";

export interface ChatServiceOptions {
  readonly db: Database;
  readonly temporal: Temporal;
  readonly log: Logger;
  readonly gateway?: OpenClawGateway;
  readonly ensureRunning?: ChatDeps["ensureRunning"];
  readonly timings?: EventStreamTimings & { readonly touchEveryMs?: number };
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
  const { db, temporal, log, timings = {} } = options;
  const gateway = options.gateway ?? createOpenClawGateway();
  const touch = (tenants: Parameters<typeof touchActivity>[1]) => touchActivity(db, tenants);
  const streams = createOpenStreams({ touch, log, touchEveryMs: timings.touchEveryMs });
  const access = await createAccessWatch({ db, log });
  const stops = await createTurnStops(db);
  const stopping = new AbortController();
  const wakeUpdates = createWakeUpdates({ lifetimeMs: START_TOTAL_TIMEOUT_MS, nowMs: () => performance.now() });
  const deps: ChatDeps = {
    db,
    gateway,
    ensureRunning: options.ensureRunning ?? ((tenant, how) => ensureAgentRunning({ db, temporal, wakeUpdates }, tenant, how)),
    streams,
    stops,
    access,
    stopping: stopping.signal,
    timings,
  };
  return {
    routes: [...createChatRoutes(deps), ...createCompletionRoutes(deps)],
    get openChats() {
      return streams.count;
    },
    async close(timeoutMs) {
      await streams.drained(timeoutMs);
      stopping.abort(
        new FleetError("GATEWAY_UNAVAILABLE", "The service is restarting. Try again in a moment.", { retryAfterSeconds: 5 }),
      );
      streams.close();
      await access.close();
      await stops.close();
      await gateway.close();
    },
  };
}
