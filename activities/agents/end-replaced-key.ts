// What is done at the end of a key's overlap: it is revoked, which ends the streams that it opened.
import { ApplicationFailure } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import type { EndReplacedKeyInput } from "../../contracts/agents/replaced-key.ts";
import { agentTenant } from "../../contracts/core/tenant.ts";
import { endReplacedKey } from "../../db/agents/agent-keys.ts";
import { appendAudit } from "../../db/audit/audit.ts";
import type { Database } from "../../db/core/database.ts";
import { guarded } from "../core/activity-failure.ts";

const NEXT_LOOK_MS = 1_000;

export interface EndReplacedKeyActivities {
  /**
   * Idempotent. Ends nothing but a replaced key whose time is over by the database's clock, whatever the message says; throws
   * the retryable NOT_DUE until it is.
   */
  endKey(input: Omit<EndReplacedKeyInput, "endsAtMs">): Promise<void>;
}

/** `db`: role worker. */
export function createEndReplacedKeyActivities({ db }: { readonly db: Database }): EndReplacedKeyActivities {
  return {
    endKey: guarded(async ({ agentUserId, keyId }) => {
      const end = await db.asTenant(agentTenant(agentUserId), async (tx) => {
        const ended = await endReplacedKey(tx, keyId);
        if (ended === "revoked") {
          await appendAudit(tx, {
            ...{ actorKind: "system", actorId: null, actorName: null, remoteAddress: null, requestId: null },
            ...{ action: "agent-key.overlap-end", targetKind: "agent-key", targetId: keyId, outcome: "success" },
            detail: { agentUserId },
          });
        }
        return ended;
      });
      if (end === "not_due") throw notDue();
    }),
  };
}

/** The database's clock and Temporal's need not agree. */
function notDue(): ApplicationFailure {
  return ApplicationFailure.create({
    message: "the overlap is not over yet",
    type: "NOT_DUE",
    nextRetryDelay: NEXT_LOOK_MS,
    category: ApplicationFailureCategory.BENIGN,
  });
}
