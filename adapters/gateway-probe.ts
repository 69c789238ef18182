// Asks an OpenClaw gateway for its probes. They need no token, so that they cannot lock anybody out.

const PROBE_TIMEOUT_MS = 3_000;

/** `address`: `host:port`. */
export interface HttpGatewayProbe {
  isReady(address: string): Promise<boolean>;
  isAlive(address: string): Promise<boolean>;
}

export function createGatewayProbe(timeoutMs: number = PROBE_TIMEOUT_MS): HttpGatewayProbe {
  const answersOk = async (address: string, path: string): Promise<boolean> => {
    try {
      const answer = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
      // The connection is only free for others when the body was read.
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      // Refused, reset or too late: for a probe they all mean the same.
      return false;
    }
  };
  return {
    // `/readyz` stays at 503 for a broken channel account; `/startupz` tells that the gateway itself is up.
    isReady: async (address) => (await answersOk(address, "/readyz")) || (await answersOk(address, "/startupz")),
    isAlive: (address) => answersOk(address, "/healthz"),
  };
}
