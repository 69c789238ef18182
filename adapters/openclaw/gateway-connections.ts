// Connections to agents' gateways: a pool for each start of a container, which speaks to the gateway of that start alone.
import { Pool } from "undici";
import { pinnedConnector } from "./gateway-pin.ts";
import { notConnected } from "./openclaw-gateway-failures.ts";

/** One tenant, who may have five chats open at a time. */
const CONNECTIONS_PER_GATEWAY = 16;
/** Shorter than the 5 s after which a Node server closes an idle connection, so that none is used while it is being closed. */
const IDLE_CONNECTION_MS = 3_000;
const HEADERS_MAX_BYTES = 16 * 1024;
/** The least recently used ones are closed. One without connections holds some kilobytes and its TLS session. */
const POOLS_MAX = 2_000;

export interface GatewayEndpoint {
  readonly containerId: string;
  readonly generation: number;
  /** On the agents' bridge. It may belong to another container by the time it is called. */
  readonly address: string;
  /** PEM, of this generation. */
  readonly certificate: string;
}

export interface GatewayConnections {
  /** The pool of this start; that of an earlier start takes nothing new and is closed when its last answer has ended. */
  to(endpoint: GatewayEndpoint): Pool;
  close(): Promise<void>;
}

interface GatewayConnectionOptions {
  readonly port: number;
  readonly connectMs: number;
}

interface Kept extends GatewayEndpoint {
  readonly pool: Pool;
}

export function createGatewayConnections(options: GatewayConnectionOptions): GatewayConnections {
  /** The least recently used one first. */
  const current = new Map<string, Kept>();
  const open = new Set<Pool>();

  function retire({ containerId, pool }: Kept): void {
    current.delete(containerId);
    const forget = () => open.delete(pool);
    pool.close().then(forget, forget);
  }

  function poolFor(endpoint: GatewayEndpoint): Kept {
    const kept = current.get(endpoint.containerId);
    if (kept !== undefined && isSameStart(kept, endpoint)) return kept;
    if (kept !== undefined) retire(kept);
    const pool = createPool(endpoint, options);
    open.add(pool);
    return { ...endpoint, pool };
  }

  return {
    to(endpoint) {
      const kept = poolFor(endpoint);
      current.delete(kept.containerId);
      current.set(kept.containerId, kept);
      const [oldest] = current.values();
      if (current.size > POOLS_MAX && oldest !== undefined) retire(oldest);
      return kept.pool;
    },
    async close() {
      await Promise.all([...open].map((pool) => pool.destroy()));
    },
  };
}

function isSameStart(one: GatewayEndpoint, other: GatewayEndpoint): boolean {
  return one.generation === other.generation && one.address === other.address && one.certificate === other.certificate;
}

function createPool({ address, certificate }: GatewayEndpoint, { port, connectMs }: GatewayConnectionOptions): Pool {
  return new Pool(originOf(address, port), {
    connect: reporting(pinnedConnector(certificate, connectMs)),
    maxHeaderSize: HEADERS_MAX_BYTES,
    connections: CONNECTIONS_PER_GATEWAY,
    pipelining: 1,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    keepAliveMaxTimeout: IDLE_CONNECTION_MS,
  });
}

function originOf(address: string, port: number): string {
  return `https://${address.includes(":") ? `[${address}]` : address}:${port}`;
}

type Connector = ReturnType<typeof pinnedConnector>;

/** Whatever fails before there is a connection fails before anything was sent. */
function reporting(connect: Connector): Connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(notConnected(error), null);
    });
}
