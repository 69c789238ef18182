// What leases of credentials should do, as simply as it can be said: plain state, one thing at a time, no database.
import type { LeaseRefusal } from "../../../contracts/leases/credential-broker.ts";
import { WAIT_LIMITS, type KindLimits } from "../../../contracts/leases/credential-lease.ts";

export interface ModelLease {
  /** Empty when the answer with it was lost. */
  leaseId: string;
  readonly ownerId: string;
  expiresAt: number;
  readonly mustEndAt: number | null;
  readonly quarantineOnExpiry: boolean;
  recorded: boolean;
}

export interface ModelCredential {
  readonly id: string;
  readonly kind: string;
  status: "active" | "disabled";
  lastLeasedAt: number;
  fence: number;
  coolUntil: number | null;
  lease: ModelLease | null;
}

export interface ModelWaiter {
  readonly id: string;
  readonly kind: string;
  readonly exclude: readonly string[];
  lastSeen: number;
}

export interface ModelState {
  now: number;
  readonly credentials: ModelCredential[];
  /** In order of arrival. */
  waiters: ModelWaiter[];
  readonly limits: Record<string, Partial<KindLimits>>;
  readonly usedRequests: string[];
  /** Leases whose expiry was recorded, and whether that quarantined their credential. */
  readonly expired: Record<string, boolean>;
}

export interface ModelClaim {
  readonly leaseId: string;
  readonly credentialId: string;
  readonly kind: string;
  readonly ownerId: string;
}

export interface ModelAcquire {
  readonly kind: string;
  readonly ownerId: string;
  readonly leaseTtlMs: number;
  readonly quarantineOnExpiry: boolean;
  readonly requestId: string | undefined;
  readonly excludeCredentialIds: readonly string[];
  readonly waiterId: string | undefined;
}

type Refused = LeaseRefusal | null;

export function isWaiting(state: ModelState, waiter: ModelWaiter): boolean {
  return Math.abs(state.now - waiter.lastSeen) < WAIT_LIMITS.liveMs;
}

function isFree(state: ModelState, credential: ModelCredential): boolean {
  const { status, lease, coolUntil, kind } = credential;
  if (status !== "active" || lease?.quarantineOnExpiry === true) return false;
  if (coolUntil !== null && coolUntil > state.now) return false;
  if (lease === null) return true;
  const rest = lease.recorded ? 0 : (state.limits[kind]?.coolDownMs ?? 0);
  return lease.expiresAt + rest <= state.now;
}

function isDue({ now }: ModelState, lease: ModelLease | null): lease is ModelLease {
  return lease !== null && !lease.recorded && lease.expiresAt < now;
}

/** The end of a lease is recorded by whoever comes first. */
function settle(state: ModelState, credential: ModelCredential): void {
  const { lease } = credential;
  if (!isDue(state, lease)) return;
  const coolDown = state.limits[credential.kind]?.coolDownMs ?? null;
  lease.recorded = true;
  state.expired[lease.leaseId] = lease.quarantineOnExpiry;
  if (lease.quarantineOnExpiry) Object.assign(credential, { status: "disabled", lease: null });
  else credential.coolUntil = coolDown === null ? null : lease.expiresAt + coolDown;
}

/** Those that this caller may be given, the best first; why there is none to choose from otherwise. */
export function candidates(state: ModelState, asked: ModelAcquire): ModelCredential[] | "request_consumed" {
  if (asked.requestId !== undefined && state.usedRequests.includes(asked.requestId)) return "request_consumed";
  const ofKind = state.credentials.filter((credential) => credential.kind === asked.kind);
  const maxLeases = state.limits[asked.kind]?.maxLeases ?? null;
  const held = ofKind.filter(({ lease }) => lease !== null && lease.expiresAt >= state.now);
  if (maxLeases !== null && held.length >= maxLeases) return [];
  const mine = state.waiters.findIndex((waiter) => waiter.id === asked.waiterId && waiter.kind === asked.kind);
  const before = state.waiters
    .slice(0, mine === -1 ? undefined : mine)
    .filter((waiter) => waiter.kind === asked.kind && isWaiting(state, waiter));
  return ofKind
    .filter((credential) => isFree(state, credential) && !asked.excludeCredentialIds.includes(credential.id))
    .filter((credential) => before.every((waiter) => waiter.exclude.includes(credential.id)))
    .toSorted((a, b) => a.lastLeasedAt - b.lastLeasedAt || (a.id < b.id ? -1 : 1));
}

/** Gives this credential to the caller. Resolves to the new fence and expiry. */
export function grant(state: ModelState, asked: ModelAcquire, given: { readonly id: string; readonly leaseId: string }) {
  const credential = credentialOf(state, given.id);
  const limits = state.limits[asked.kind];
  if (credential.lease !== null && !credential.lease.recorded) state.expired[credential.lease.leaseId] = false;
  const ttl = Math.min(asked.leaseTtlMs, limits?.maxLeaseTtlMs ?? Infinity, limits?.maxLifetimeMs ?? Infinity);
  credential.lease = {
    leaseId: given.leaseId,
    ownerId: asked.ownerId,
    expiresAt: state.now + ttl,
    mustEndAt: limits?.maxLifetimeMs == null ? null : state.now + limits.maxLifetimeMs,
    quarantineOnExpiry: asked.quarantineOnExpiry,
    recorded: false,
  };
  credential.fence += 1;
  credential.lastLeasedAt = state.now;
  credential.coolUntil = null;
  if (asked.requestId !== undefined) state.usedRequests.push(asked.requestId);
  state.waiters = state.waiters.filter((waiter) => waiter.id !== asked.waiterId);
  return { fence: credential.fence, expiresAt: credential.lease.expiresAt };
}

export function heartbeat(state: ModelState, claim: ModelClaim, leaseTtlMs: number): Refused {
  const credential = credentialOf(state, claim.credentialId);
  const { lease } = credential;
  if (credential.kind !== claim.kind) return "KIND_MISMATCH";
  if (credential.status !== "active") return "CREDENTIAL_DISABLED";
  if (lease === null) return "LEASE_NOT_FOUND";
  if (lease.leaseId !== claim.leaseId || lease.ownerId !== claim.ownerId) return "LEASE_NOT_OWNER";
  if (lease.recorded || lease.expiresAt < state.now) return "LEASE_EXPIRED";
  const ttl = Math.min(leaseTtlMs, state.limits[claim.kind]?.maxLeaseTtlMs ?? Infinity);
  lease.expiresAt = Math.min(state.now + ttl, lease.mustEndAt ?? Infinity);
  return null;
}

function refuseHolder(credential: ModelCredential, claim: ModelClaim): Refused {
  const { kind, lease } = credential;
  if (kind !== claim.kind) return "KIND_MISMATCH";
  if (lease === null) return null;
  return lease.leaseId === claim.leaseId && lease.ownerId === claim.ownerId ? null : "LEASE_NOT_OWNER";
}

/** `failed`: what the lease was held for. */
export function release(state: ModelState, claim: ModelClaim, failed: boolean): Refused {
  const credential = credentialOf(state, claim.credentialId);
  const refused = refuseHolder(credential, claim);
  if (refused !== null) return refused;
  if (credential.lease === null) return null;
  settle(state, credential);
  // Quarantined by its expiry it needs no rest.
  if (credential.lease !== null) restAfter(state, credential, failed);
  credential.lease = null;
  return null;
}

function restAfter(state: ModelState, credential: ModelCredential, failed: boolean): void {
  const coolDown = state.limits[credential.kind]?.coolDownMs ?? null;
  if (failed && coolDown !== null) credential.coolUntil = Math.max(credential.coolUntil ?? 0, state.now + coolDown);
}

export function quarantine(state: ModelState, claim: ModelClaim): Refused {
  const credential = credentialOf(state, claim.credentialId);
  const { lease, kind } = credential;
  if (kind === claim.kind && lease === null) return "LEASE_NOT_FOUND";
  const refused = refuseHolder(credential, claim);
  if (refused !== null) return refused;
  if (isDue(state, lease)) state.expired[lease.leaseId] = false;
  Object.assign(credential, { status: "disabled", lease: null });
  return null;
}

/** The worker's look. Recording comes only after the moment at which a heartbeat may still come. */
export function look(state: ModelState, claim: ModelClaim): "gone" | "held" | "expired" | "quarantined" {
  const credential = credentialOf(state, claim.credentialId);
  const lease = credential.lease?.leaseId === claim.leaseId ? credential.lease : null;
  if (lease !== null) settle(state, credential);
  const wasQuarantined = state.expired[claim.leaseId];
  if (wasQuarantined !== undefined) return wasQuarantined ? "quarantined" : "expired";
  return lease === null ? "gone" : "held";
}

export function remove(state: ModelState, id: string): Refused {
  const credential = credentialOf(state, id);
  if (credential.lease !== null && credential.lease.expiresAt > state.now) return "LEASE_ACTIVE";
  if (credential.status === "disabled") return null;
  settle(state, credential);
  Object.assign(credential, { status: "disabled", lease: null });
  return null;
}

export function enable(state: ModelState, id: string): void {
  const credential = credentialOf(state, id);
  settle(state, credential);
  Object.assign(credential, { status: "active", coolUntil: null });
}

export function forceRelease(state: ModelState, id: string): void {
  const credential = credentialOf(state, id);
  if (credential.lease === null) return;
  settle(state, credential);
  const coolDown = state.limits[credential.kind]?.coolDownMs ?? null;
  Object.assign(credential, { lease: null, coolUntil: coolDown === null ? null : state.now + coolDown });
}

export function credentialOf(state: ModelState, id: string): ModelCredential {
  const found = state.credentials.find((credential) => credential.id === id);
  if (found === undefined) throw new Error("the model knows every credential");
  return found;
}
