// Where the agents' bridge is, as the worker recorded it. The api has no engine to ask.
import type { Logger } from "pino";
import { ENGINE_CHANGED_CHANNEL } from "../../contracts/core/channels.ts";
import type { Database } from "../../db/core/database.ts";
import { listEngines, type SeenEngine } from "../../db/containers/engines.ts";

export interface AgentBridge {
  /** The bridge's own addresses on this installation's engines; empty until a worker has reported one. */
  addresses(): readonly string[];
  /** The networks that agents' containers are in, as CIDR blocks. */
  subnets(): readonly string[];
  /** Called after every look, whether or not something changed. */
  onLook(listener: () => void): void;
  close(): Promise<void>;
}

/** Looks at once, after every notification, and after the database came back. */
export async function watchAgentBridge(deps: { db: Database; log: Logger }): Promise<AgentBridge> {
  let engines: readonly SeenEngine[] = [];
  const listeners: (() => void)[] = [];
  let closed = false;

  async function look(): Promise<void> {
    try {
      engines = await deps.db.globally(listEngines);
    } catch (err) {
      // The next notification, or the listener's return after an outage, looks again.
      deps.log.warn({ event: "agent_bridge_unreadable", err }, "the agents' bridge cannot be read");
    }
    if (!closed) for (const listener of listeners) listener();
  }

  const stopListening = await deps.db.listen(ENGINE_CHANGED_CHANNEL, () => void look());
  await look();
  return {
    addresses: () => engines.map(({ gatewayAddress }) => gatewayAddress).filter((address) => address !== null),
    subnets: () => engines.map(({ subnet }) => subnet).filter((subnet) => subnet !== null),
    onLook: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
      await stopListening();
    },
  };
}
