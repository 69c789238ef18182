// Changes of one credential by a maintainer: the key's kinds are looked at in the transaction of the change.
import type { Database, GlobalTransaction } from "../../db/core/database.ts";
import { findCredentialKind } from "../../db/leases/credential-payloads.ts";
import type { ChangedCredential, CredentialChange } from "../../db/leases/qa-credentials.ts";
import type { CredentialAdmin } from "../../db/leases/credential-events.ts";
import type { Reply } from "../http/define-route.ts";
import { answerGuarded, refuseByState } from "./answers.ts";
import type { BrokerCaller } from "./authenticator.ts";
import { refuseKind, type BrokerCall } from "./broker-route.ts";
import { summaryOf } from "./summary.ts";

type Change = (tx: GlobalTransaction, change: CredentialChange) => Promise<ChangedCredential>;

interface ChangeBody {
  readonly credentialId: string;
  readonly actorId: string | undefined;
  readonly reason?: string | undefined;
}

export async function changeCredential(db: Database, { caller, body }: BrokerCall<ChangeBody>, change: Change): Promise<Reply> {
  const { credentialId, actorId, reason } = body;
  return await db.globally(async (tx) => {
    const refused = await refuseForeignCredential(tx, credentialId, caller);
    if (refused !== null) return refused;
    const result = await change(tx, { credentialId, admin: adminOf(caller, actorId), reason });
    return answerGuarded(result, ({ changed, credential }) => ({ changed, credential: summaryOf(credential) }));
  });
}

/** For keys that are bound to kinds. An unknown credential looks to them as to everyone. */
export async function refuseForeignCredential(
  tx: GlobalTransaction,
  credentialId: string,
  caller: BrokerCaller,
): Promise<Reply | null> {
  if (caller.kinds === null) return null;
  const kind = await findCredentialKind(tx, credentialId);
  return kind === null ? refuseByState("CREDENTIAL_NOT_FOUND") : refuseKind(kind, caller);
}

/** `declaredId` is what the caller says of itself; events keep it beside the real actor. */
export function adminOf(caller: BrokerCaller, declaredId: string | undefined): CredentialAdmin {
  return { actor: caller.actor, declaredId };
}
