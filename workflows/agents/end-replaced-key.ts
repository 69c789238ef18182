// Revokes a replaced key of an agent at the end of its overlap. It is refused from then on in any case: its row says until when.
import { proxyActivities, setCurrentDetails, sleep } from "@temporalio/workflow";
import { z } from "zod";
import type { EndReplacedKeyActivities } from "../../activities/agents/end-replaced-key.ts";
import type { EndReplacedKeyInput } from "../../contracts/agents/replaced-key.ts";
import { parseInput } from "../core/parse-input.ts";

const STEP_TIMEOUT_MS = 30_000;

const { endKey } = proxyActivities<EndReplacedKeyActivities>({
  startToCloseTimeout: STEP_TIMEOUT_MS,
  // For ever: a database that comes back after a day must still find the work.
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 },
});

const inputSchema = z.object({ agentUserId: z.uuid(), keyId: z.string(), endsAtMs: z.number().int() });

export async function endReplacedKey(start: EndReplacedKeyInput): Promise<void> {
  const { agentUserId, keyId, endsAtMs } = parseInput(inputSchema, start);
  const end = new Date(endsAtMs).toISOString();
  setCurrentDetails(`The key ${keyId} was replaced. It works until ${end}.`);
  await sleep(Math.max(0, endsAtMs - Date.now()), { summary: `until ${end}` });
  setCurrentDetails(`The overlap ended at ${end}. Revoking the key ${keyId}.`);
  await endKey({ agentUserId, keyId });
  setCurrentDetails(`The key ${keyId} is revoked.`);
}
