// Credentials and callers for tests of the repositories.
import { randomUUID } from "node:crypto";
import type { CredentialStatus, KindLimits } from "../../../contracts/leases/credential-lease.ts";
import type { Database } from "../../../db/core/database.ts";
import { setKindLimits } from "../../../db/leases/credential-kinds.ts";
import type { LeaseClaim } from "../../../db/leases/credential-lease-calls.ts";
import { acquireLease, type AcquiredLease, type AcquireInput } from "../../../db/leases/credential-leases.ts";
import { addCredential } from "../../../db/leases/qa-credentials.ts";
import type { CredentialView } from "../../../db/leases/credential-view.ts";

export const RUNNER = { role: "ci", id: "env:ci" } as const;
export const MAINTAINER = { actor: { role: "maintainer", id: "env:maintainer" } } as const;
export const TTL_MS = 60_000;

/** A kind that no other test has. */
export const newKind = (): string => `kind-${randomUUID()}`;

export async function addCredentials(api: Database, kind: string, count = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push((await addOne(api, kind)).credentialId);
  return ids;
}

export async function addOne(
  api: Database,
  kind: string,
  payloadText = '{"a":1}',
  status: CredentialStatus = "active",
): Promise<CredentialView> {
  return api.globally((tx) => addCredential(tx, { kind, payloadText, note: undefined, status, admin: MAINTAINER }));
}

export function asked(kind: string, change: Partial<AcquireInput> = {}): AcquireInput {
  const claim = { kind, ownerId: "runner", actor: RUNNER, leaseTtlMs: TTL_MS };
  return { ...claim, quarantineOnExpiry: false, excludeCredentialIds: [], recordsFailure: true, ...change };
}

/** @throws when nothing was free. */
export async function lease(api: Database, kind: string, change: Partial<AcquireInput> = {}): Promise<AcquiredLease> {
  const result = await acquireLease(api, asked(kind, change));
  if (result.outcome !== "leased") throw new Error(`nothing to lease: ${result.outcome}`);
  return result.lease;
}

export function claimOf(
  kind: string,
  { credentialId, leaseToken }: AcquiredLease,
  change: Partial<LeaseClaim> = {},
): LeaseClaim {
  return { kind, ownerId: "runner", actor: RUNNER, credentialId, leaseToken, ...change };
}

export async function limitKind(api: Database, kind: string, limits: Partial<KindLimits>): Promise<void> {
  await api.globally((tx) => setKindLimits(tx, { kind, limits, admin: MAINTAINER }));
}
