// A connection to Temporal that is replaced when nobody answers on it. gRPC reconnects by itself, but sets no limit to how
// long the other side may take to greet: a connection that was accepted and then forgotten, as by a firewall or a frozen
// host, would be waited for until the process ends.
import { Client, Connection, type ConnectionOptions } from "@temporalio/client";
import { createGrpcRetry, type GrpcRetry } from "./temporal-retry.ts";

/** What a connection of either kind (client here, native in the worker) is made with. */
export interface TemporalSettings {
  readonly connection: Pick<ConnectionOptions, "address" | "tls" | "apiKey" | "metadata"> & { readonly address: string };
  readonly namespace: string;
}

/** gRPC's own default lets a client sit for two minutes after a short outage. */
const CHANNEL = {
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 2_000,
  // Otherwise a new channel would take over the silent connection of the one before.
  "grpc.use_local_subchannel_pool": 1,
  // Otherwise the library sends what is ours to the proxy of the environment, unless `no_proxy` happens to name the address.
  "grpc.enable_http_proxy": 0,
} as const;

export interface CallLimits {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RenewableConnection {
  /** The one that is used now. */
  readonly connection: Connection;
  run<T>(work: (client: Client, connection: Connection) => Promise<T>, limits: CallLimits): Promise<T>;
  /** What is called from now on goes through a new connection; calls under way end on the old one. */
  renew(): void;
  close(): Promise<void>;
}

interface Made {
  readonly connection: Connection;
  readonly client: Client;
  readonly retry: GrpcRetry;
  /** Calls under way. */
  calls: number;
}

/** Connects on the first call, not here. */
export function createRenewableConnection({ connection: options, namespace }: TemporalSettings): RenewableConnection {
  let current = make();
  const retired = new Set<Made>();

  function make(): Made {
    const retry = createGrpcRetry();
    const connection = Connection.lazy({ ...options, interceptors: [retry.interceptor], channelArgs: CHANNEL });
    return { connection, client: new Client({ connection, namespace }), retry, calls: 0 };
  }

  async function end(made: Made): Promise<void> {
    await made.retry.settle();
    await made.connection.close();
    retired.delete(made);
  }

  return {
    get connection() {
      return current.connection;
    },
    async run(work, { deadlineMs, signal }) {
      const made = current;
      const { connection, client } = made;
      const underDeadline = () => connection.withDeadline(Date.now() + deadlineMs, () => work(client, connection));
      made.calls += 1;
      try {
        return await (signal === undefined ? underDeadline() : connection.withAbortSignal(signal, underDeadline));
      } finally {
        made.calls -= 1;
        if (made.calls === 0 && retired.has(made)) void end(made);
      }
    },
    renew() {
      const old = current;
      current = make();
      retired.add(old);
      if (old.calls === 0) void end(old);
    },
    async close() {
      await Promise.all([current, ...retired].map(end));
    },
  };
}
