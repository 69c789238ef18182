// Keeps the internal application bound to the agents' bridge, whenever that bridge is there.
import type { Server } from "node:http";
import type { Express } from "express";
import type { Logger } from "pino";
import type { AgentBridge } from "./agent-bridge.ts";
import { createHttpServer, drain, listen } from "./http-server.ts";
import type { ReceiveDeadlines } from "./receive-deadlines.ts";

const RETRY_MS = { first: 500, max: 5_000 } as const;
const DRAIN_MS = { drainMs: 2_000, lastGraspMs: 0 } as const;

export interface InternalListener {
  /** `address:port`, or null while it is not bound: then the process is degraded. */
  boundTo(): string | null;
  close(): Promise<void>;
}

export interface InternalListenerDeps {
  readonly app: Express;
  readonly bridge: Pick<AgentBridge, "addresses" | "onLook">;
  readonly port: number;
  readonly deadlines?: ReceiveDeadlines | undefined;
  readonly log: Logger;
}

interface Bound {
  readonly address: string;
  readonly port: number;
  readonly server: Server;
}

/** Binds now if it can, again when the bridge moves, and with growing pauses while the bridge's address is missing. */
export function startInternalListener(deps: InternalListenerDeps): InternalListener {
  const retry = createRetry(enqueue);
  let bound: Bound | null = null;
  let closed = false;
  let last: Promise<void> = Promise.resolve();

  async function rebind(): Promise<void> {
    const wanted = closed ? undefined : deps.bridge.addresses()[0];
    if (bound !== null && bound.address === wanted) return;
    if (bound !== null) await drain(bound.server, DRAIN_MS, () => undefined);
    bound = wanted === undefined ? null : await tryBind(deps, wanted);
    if (bound === null && wanted !== undefined) retry.later();
    else retry.reset();
  }

  /** One after the other, so that two news of the bridge cannot bind twice. */
  function enqueue(): void {
    last = last
      .then(rebind)
      .catch((err: unknown) => deps.log.error({ event: "internal_listener_failed", err }, "internal listener failed"));
  }

  deps.bridge.onLook(enqueue);
  enqueue();
  return {
    boundTo: () => (bound === null ? null : `${bound.address}:${bound.port}`),
    async close() {
      closed = true;
      enqueue();
      await last;
    },
  };
}

async function tryBind(deps: InternalListenerDeps, address: string): Promise<Bound | null> {
  const { app, port, deadlines, log } = deps;
  const server = createHttpServer(app, { deadlines });
  try {
    const boundPort = await listen(server, port, address);
    log.info({ event: "internal_listener_bound", address, port: boundPort }, "internal listener bound");
    return { address, port: boundPort, server };
  } catch (err) {
    log.warn({ event: "internal_listener_unbound", address, err }, "the agents' bridge is not there yet");
    return null;
  }
}

/** One timer at a time; each pause is twice the one before. */
function createRetry(again: () => void): { later(): void; reset(): void } {
  let timer: NodeJS.Timeout | undefined;
  let pauseMs: number = RETRY_MS.first;
  return {
    later() {
      clearTimeout(timer);
      timer = setTimeout(again, pauseMs);
      pauseMs = Math.min(RETRY_MS.max, pauseMs * 2);
    },
    reset() {
      clearTimeout(timer);
      pauseMs = RETRY_MS.first;
    },
  };
}
