// The probe of a tiny agent that has no api to fetch a certificate from.
import type { GatewayProbe } from "../../../activities/containers/agent-container.ts";

const TIMEOUT_MS = 3_000;

export const plainProbe: GatewayProbe = {
  isReady: ({ address }) => answers(`http://${address}/readyz`),
  isAlive: ({ address }) => answers(`http://${address}/healthz`),
};

async function answers(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
