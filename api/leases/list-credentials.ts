// The list of credentials, with payloads only for a maintainer who asks for them, and then with an audit row.
import type { z } from "zod";
import type { adminListRequestSchema } from "../../contracts/leases/credential-broker.ts";
import { LEASE_LIMITS, PAYLOAD_LIMITS } from "../../contracts/leases/credential-lease.ts";
import type { Database, GlobalTransaction } from "../../db/core/database.ts";
import { payloadsLength, readPayloads } from "../../db/leases/credential-payloads.ts";
import { listCredentials, type CredentialFilter } from "../../db/leases/qa-credentials.ts";
import type { CredentialView } from "../../db/leases/credential-view.ts";
import type { Reply } from "../http/define-route.ts";
import { ok, refuse } from "./answers.ts";
import { auditPayloadRead } from "./audit-payload-read.ts";
import type { BrokerCaller } from "./authenticator.ts";
import type { BrokerCall } from "./broker-route.ts";
import { adminOf } from "./change-credential.ts";
import { refuseListLimit } from "./lease-limits.ts";
import { summaryOf } from "./summary.ts";

const MIB = 1024 * 1024;

type ListBody = z.output<typeof adminListRequestSchema>;

export function createListHandler(db: Database): (call: BrokerCall<ListBody>) => Promise<Reply> {
  return async ({ caller, body, context }) => {
    const { kind, status, includePayload, limit = LEASE_LIMITS.listLimit.default } = body;
    const refused = refuseListLimit(limit);
    if (refused !== null) return refused;
    return await db.globally(async (tx) => {
      const views = await listForCaller(tx, caller, { kind, status, limit });
      if (includePayload !== true) return listReply(views.map((view) => summaryOf(view)));
      const credentialIds = views.map(({ credentialId }) => credentialId);
      const length = await payloadsLength(tx, credentialIds);
      if (length > PAYLOAD_LIMITS.maxLength) return tooMuch(credentialIds.length, length);
      const texts = await readPayloads(tx, { credentialIds, admin: adminOf(caller, undefined) });
      await auditPayloadRead(tx, { caller, context, credentialIds });
      return listReply(views.map((view) => summaryOf(view, texts.get(view.credentialId))));
    });
  };
}

/** The contract has no code for it, and never met it; ours for what is too long is as good an answer to a list. */
function tooMuch(count: number, length: number): Reply {
  const size = `${Math.ceil(length / MIB)} MiB; one answer holds ${PAYLOAD_LIMITS.maxLength / MIB} MiB`;
  const cure = "Ask for fewer at a time: of one kind, or with a limit.";
  return refuse("PAYLOAD_TOO_LARGE", `The payloads of these ${count} credentials have ${size}. ${cure}`);
}

function listReply(credentials: readonly unknown[]): Reply {
  return ok({ credentials, count: credentials.length });
}

/** A key that is bound to kinds sees those alone; the order of the whole list begins with the kind. */
async function listForCaller(
  tx: GlobalTransaction,
  { kinds }: BrokerCaller,
  filter: CredentialFilter,
): Promise<CredentialView[]> {
  if (kinds === null || filter.kind !== undefined) return await listCredentials(tx, filter);
  const views: CredentialView[] = [];
  for (const kind of kinds.toSorted()) {
    const limit = filter.limit - views.length;
    if (limit > 0) views.push(...(await listCredentials(tx, { ...filter, kind, limit })));
  }
  return views;
}
