// Asks an OpenClaw gateway for its probes. They need no token, so that they cannot lock anyone out.
import { Client } from "undici";
import { pinnedConnector } from "./gateway-pin.ts";

const PROBE_TIMEOUT_MS = 3_000;
const HEADERS_MAX_BYTES = 16 * 1024;

export interface ProbedGateway {
  /** `host:port`. */
  readonly address: string;
  /** PEM, of its start: what answers and cannot prove to hold it is neither ready nor alive. */
  readonly certificate: string;
}
export interface HttpGatewayProbe {
  isReady(gateway: ProbedGateway): Promise<boolean>;
  isAlive(gateway: ProbedGateway): Promise<boolean>;
}

export function createGatewayProbe(timeoutMs: number = PROBE_TIMEOUT_MS): HttpGatewayProbe {
  return {
    // `/readyz` stays at 503 for a broken channel account; `/startupz` tells that the gateway itself is up.
    isReady: async (gateway) =>
      (await answersOk(gateway, "/readyz", timeoutMs)) || (await answersOk(gateway, "/startupz", timeoutMs)),
    isAlive: (gateway) => answersOk(gateway, "/healthz", timeoutMs),
  };
}

/** The status decides. The body is the container's own to make as large as it likes: it is neither read nor unpacked. */
async function answersOk({ address, certificate }: ProbedGateway, path: string, timeoutMs: number): Promise<boolean> {
  const connect = pinnedConnector(certificate, timeoutMs);
  const client = new Client(`https://${address}`, { connect, maxHeaderSize: HEADERS_MAX_BYTES });
  try {
    const { statusCode, body } = await client.request({ path, method: "GET", signal: AbortSignal.timeout(timeoutMs) });
    body.on("error", () => undefined).destroy();
    return statusCode >= 200 && statusCode < 300;
  } catch {
    // Refused, reset, too late, or someone else: for a probe they all mean the same.
    return false;
  } finally {
    await client.destroy();
  }
}
