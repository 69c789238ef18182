// A credential as the contract shows it. Times are whole milliseconds; optional fields are absent, never null.
import type { CredentialSummary } from "../../contracts/leases/credential-broker.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import type { CredentialView } from "../../db/leases/credential-view.ts";

/** With the payload only for a maintainer who requested it. */
export function summaryOf(view: CredentialView, payloadText?: Secret): CredentialSummary {
  const { credentialId, kind, status, createdAtMs, updatedAtMs, lastLeasedAtMs, note, lease } = view;
  return {
    ...{ credentialId, kind, status, createdAtMs, updatedAtMs, lastLeasedAtMs },
    ...(note === null ? {} : { note }),
    ...(lease === null ? {} : { lease: leaseOf(lease) }),
    ...(payloadText === undefined ? {} : { payload: JSON.parse(payloadText.reveal()) }),
  };
}

function leaseOf(lease: NonNullable<CredentialView["lease"]>): NonNullable<CredentialSummary["lease"]> {
  const { ownerId, actorRole, acquiredAtMs, heartbeatAtMs, expiresAtMs } = lease;
  return { ownerId, actorRole, acquiredAtMs, heartbeatAtMs, expiresAtMs };
}
