// The audit row of reads that show payloads: one for each call, however many credentials it shows.
import type { GlobalTransaction } from "../../db/core/database.ts";
import { appendAudit } from "../../db/audit/audit.ts";
import type { CallContext } from "../http/define-route.ts";
import type { BrokerCaller } from "./authenticator.ts";

export interface PayloadRead {
  readonly caller: BrokerCaller;
  readonly context: Pick<CallContext<unknown, unknown, unknown>, "remoteAddress" | "requestId">;
  readonly credentialIds: readonly string[];
}

export async function auditPayloadRead(tx: GlobalTransaction, { caller, context, credentialIds }: PayloadRead): Promise<void> {
  const [onlyId] = credentialIds.length === 1 ? credentialIds : [];
  await appendAudit(tx, {
    ...{ actorKind: "broker", actorId: caller.actor.id, actorName: null },
    ...{ action: "credential.read_payload", targetKind: "credential", targetId: onlyId ?? null, outcome: "success" },
    ...{ remoteAddress: context.remoteAddress, requestId: context.requestId },
    detail: { role: caller.actor.role, credentialIds },
  });
}
