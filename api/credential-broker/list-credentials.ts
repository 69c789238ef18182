// The list of credentials, with payloads only for a maintainer who asks for them, and then with an audit row.
import type { z } from "zod";
import type { adminListRequestSchema } from "../../contracts/credential-broker.ts";
import { LEASE_LIMITS } from "../../contracts/credential-lease.ts";
import type { Database, GlobalTransaction } from "../../db/database.ts";
import { readPayloads } from "../../db/repositories/credential-payloads.ts";
import { listCredentials, type CredentialFilter, type CredentialView } from "../../db/repositories/qa-credentials.ts";
import type { Reply } from "../define-route.ts";
import { ok } from "./answers.ts";
import { auditPayloadRead } from "./audit-payload-read.ts";
import type { BrokerCaller } from "./authenticator.ts";
import type { BrokerCall } from "./broker-route.ts";
import { adminOf } from "./change-credential.ts";
import { refuseListLimit } from "./lease-limits.ts";
import { summaryOf } from "./summary.ts";

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
      const texts = await readPayloads(tx, { credentialIds, admin: adminOf(caller, undefined) });
      await auditPayloadRead(tx, { caller, context, credentialIds });
      return listReply(views.map((view) => summaryOf(view, texts.get(view.credentialId))));
    });
  };
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
