// Calls that may run side by side: how each is made, and whether its answer can be explained by the model.
import type { Database } from "../../../db/core/database.ts";
import * as model from "./credential-lease-model.ts";
import type { ModelAcquire, ModelCredential, ModelState } from "./credential-lease-model.ts";
import type { KnownLease, LeaseSystem } from "./credential-lease-system.ts";

export interface Grant {
  readonly lease: KnownLease;
  readonly fence: number;
  readonly expiresAt: number;
}

/** What came back, in the words of the model. */
export interface Answer {
  readonly text: string;
  readonly grant?: Grant;
  /** Of a heartbeat. */
  readonly expiresAt?: number;
}

export interface Call {
  readonly name: string;
  /** The credential whose row it may lock for a moment, beside the one that it is given. */
  readonly target: string | null;
  readonly asked?: ModelAcquire;
  run(api?: Database): Promise<Answer>;
  /** Changes the state as the call does; false when the answer does not fit. `locked`: rows that others may hold just then. */
  explains(state: ModelState, answer: Answer, locked: ReadonlySet<string>): boolean;
  /** Changes the state as the call does when it succeeds, for an answer that was lost. */
  assume(state: ModelState, found: readonly ModelCredential[]): void;
}

export type Done = readonly (readonly [Call, Answer])[];

export function acquireCall(system: LeaseSystem, asked: ModelAcquire): Call {
  return {
    name: asked.waiterId === undefined ? "acquire" : "acquire of a waiter",
    target: null,
    asked,
    async run(api) {
      const result = await system.acquire(asked, api);
      if (result.outcome !== "leased") return { text: result.outcome };
      const { credentialId, leaseId, leaseToken, fence, expiresAtMs } = result.lease;
      const lease = { credentialId, leaseId, leaseToken, kind: asked.kind, ownerId: asked.ownerId };
      return { text: `leased ${credentialId}`, grant: { lease, fence, expiresAt: expiresAtMs } };
    },
    explains(state, { text, grant }, locked) {
      const list = model.candidates(state, asked);
      if (list === "request_consumed" || text === "request_consumed") return text === list;
      if (grant === undefined) return list.every((credential) => locked.has(credential.id));
      const place = list.findIndex((credential) => credential.id === grant.lease.credentialId);
      if (place === -1 || !list.slice(0, place).every((credential) => locked.has(credential.id))) return false;
      const given = model.grant(state, asked, { id: grant.lease.credentialId, leaseId: grant.lease.leaseId });
      return given.fence === grant.fence && given.expiresAt === grant.expiresAt;
    },
    assume(state, found) {
      const [best] = model.candidates(state, asked);
      if (best === undefined || typeof best === "string") return;
      const leaseId = found.find((credential) => credential.id === best.id)?.lease?.leaseId ?? "";
      model.grant(state, asked, { id: best.id, leaseId });
    },
  };
}

export function heartbeatCall(system: LeaseSystem, lease: KnownLease, leaseTtlMs: number): Call {
  return guardedCall("heartbeat", lease, {
    apply: (state) => model.heartbeat(state, lease, leaseTtlMs),
    run: async (api) => {
      const result = await system.heartbeat(lease, leaseTtlMs, api);
      return result.ok ? { text: "ok", expiresAt: result.value.expiresAtMs } : { text: result.refusal };
    },
  });
}

export function releaseCall(system: LeaseSystem, lease: KnownLease, failed: boolean): Call {
  return guardedCall("release", lease, {
    apply: (state) => model.release(state, lease, failed),
    run: async (api) => refusalOf(await system.release({ ...lease, failed }, api)),
  });
}

export function quarantineCall(system: LeaseSystem, lease: KnownLease): Call {
  return guardedCall("quarantine", lease, {
    apply: (state) => model.quarantine(state, lease),
    run: async (api) => refusalOf(await system.quarantine(lease, api)),
  });
}

interface Guarded {
  apply(state: ModelState): string | null;
  run(api?: Database): Promise<Answer>;
}

function refusalOf(result: { readonly ok: true } | { readonly ok: false; readonly refusal: string }): Answer {
  return { text: result.ok ? "ok" : result.refusal };
}

function guardedCall(name: string, lease: KnownLease, { apply, run }: Guarded): Call {
  return {
    name,
    target: lease.credentialId,
    run,
    explains(state, answer) {
      if ((apply(state) ?? "ok") !== answer.text) return false;
      return (
        answer.expiresAt === undefined || model.credentialOf(state, lease.credentialId).lease?.expiresAt === answer.expiresAt
      );
    },
    assume: (state) => void apply(state),
  };
}

/** Some order of one after the other in which the model gives these answers and leaves these rows; null when there is none. */
export function someOrder(state: ModelState, done: Done, rows: readonly ModelCredential[] | null): ModelState | null {
  for (const order of permutations(done)) {
    const attempt = structuredClone(state);
    const explained = order.every(([call, answer]) => call.explains(attempt, answer, lockedByOthers(state, done, call)));
    if (explained && (rows === null || sameRows(attempt.credentials, rows))) return attempt;
  }
  return null;
}

/** By their text: cloned objects belong to another realm under the test runner. */
export function sameRows(some: readonly ModelCredential[], others: readonly ModelCredential[]): boolean {
  const text = (rows: readonly ModelCredential[]): string =>
    JSON.stringify(byId(rows).map(({ lease, ...row }) => [byName(row), lease && byName(lease)]));
  return text(some) === text(others);
}

function byName(facts: object): [name: string, value: unknown][] {
  return Object.entries(facts).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export function byId(rows: readonly ModelCredential[]): ModelCredential[] {
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** A row that another call holds for a moment is skipped, whatever becomes of that call. */
function lockedByOthers(before: ModelState, done: Done, call: Call): ReadonlySet<string> {
  const others = done.filter(([other]) => other !== call);
  return new Set(
    others.flatMap(([other, answer]) => [
      ...[other.target ?? answer.grant?.lease.credentialId ?? []].flat(),
      ...heldInVain(before, other, answer),
    ]),
  );
}

/**
 * Of two acquires with one request id at the same moment both have a credential in hand until one is told that the id is
 * used up. Which one it let go again, nobody can tell: any of its kind.
 */
function heldInVain({ usedRequests, credentials }: ModelState, { asked }: Call, { text }: Answer): string[] {
  if (asked?.requestId === undefined || text !== "request_consumed" || usedRequests.includes(asked.requestId)) return [];
  return credentials.filter(({ kind }) => kind === asked.kind).map(({ id }) => id);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) => permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}
