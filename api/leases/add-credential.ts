// Adding a credential and replacing its payload: the payload is checked by the rules of its kind before anything else.
import type { z } from "zod";
import {
  adminAddDetailsSchema,
  type adminAddSubjectSchema,
  type adminReplacePayloadRequestSchema,
} from "../../contracts/leases/credential-broker.ts";
import type { Database } from "../../db/core/database.ts";
import { findCredentialKind, replacePayload } from "../../db/leases/credential-payloads.ts";
import { addCredential } from "../../db/leases/qa-credentials.ts";
import type { CredentialPayload } from "../../domain/leases/credential-payload.ts";
import type { Reply } from "../http/define-route.ts";
import { answerGuarded, ok, refuse, refuseByState } from "./answers.ts";
import { checkFields, refuseKind, type BrokerCall, type Passed } from "./broker-route.ts";
import { adminOf } from "./change-credential.ts";
import { storedPayload } from "./stored-payload.ts";
import { summaryOf } from "./summary.ts";

export function createAddHandler(db: Database): (call: BrokerCall<z.output<typeof adminAddSubjectSchema>>) => Promise<Reply> {
  return async ({ caller, body: { kind, payload }, fields }) => {
    const text = checkPayload(kind, payload);
    if (!text.ok) return text.reply;
    // The contract looks at these only now.
    const details = checkFields(adminAddDetailsSchema, fields);
    if (!details.ok) return details.reply;
    const { note, status, actorId } = details.value;
    const input = { kind, payloadText: text.value, note, status, admin: adminOf(caller, actorId) };
    const view = await db.globally((tx) => addCredential(tx, input));
    return ok({ credential: summaryOf(view) });
  };
}

export function createReplaceHandler(
  db: Database,
): (call: BrokerCall<z.output<typeof adminReplacePayloadRequestSchema>>) => Promise<Reply> {
  return async ({ caller, body: { credentialId, payload, actorId } }) => {
    const kind = await db.globally((tx) => findCredentialKind(tx, credentialId));
    if (kind === null) return refuseByState("CREDENTIAL_NOT_FOUND");
    const wrongKind = refuseKind(kind, caller);
    if (wrongKind !== null) return wrongKind;
    const text = checkPayload(kind, payload);
    if (!text.ok) return text.reply;
    const input = { credentialId, payloadText: text.value, admin: adminOf(caller, actorId) };
    const result = await db.globally((tx) => replacePayload(tx, input));
    return answerGuarded(result, ({ credential }) => ({ credential: summaryOf(credential) }));
  };
}

function checkPayload(kind: string, payload: CredentialPayload): Passed<string> {
  const stored = storedPayload(kind, payload);
  return stored.ok ? stored : { ok: false, reply: refuse(stored.code, stored.message) };
}
