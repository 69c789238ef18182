// Runs a list of operations against the real leases and the model, and compares after every one of them.
import fc from "fast-check";
import { WAIT_LIMITS, type KindLimits } from "../../../contracts/leases/credential-lease.ts";
import {
  acquireCall,
  byId,
  heartbeatCall,
  quarantineCall,
  releaseCall,
  sameRows,
  someOrder,
  type Answer,
  type Call,
} from "./credential-lease-calls.ts";
import * as model from "./credential-lease-model.ts";
import { LeaseLedger } from "./credential-lease-ledger.ts";
import type { KnownLease, LeaseSystem } from "./credential-lease-system.ts";

const KINDS = ["blue", "blue", "blue", "red", "red"] as const;
const START = Date.UTC(2030, 0, 1);
const REMEMBERED_LEASES = 8;
const LIMITS: readonly Partial<KindLimits>[] = [
  { coolDownMs: null, maxLeases: null, maxLeaseTtlMs: null, maxLifetimeMs: null },
  { coolDownMs: 10_000 },
  { maxLeases: 1 },
  { maxLeaseTtlMs: 40_000 },
  { maxLifetimeMs: 60_000 },
];

const SIDE_BY_SIDE = [
  "acquire",
  "acquire",
  "acquire",
  "serve",
  "serve",
  "heartbeat",
  "heartbeat",
  "release",
  "release",
  "quarantine",
] as const;
const ALONE = [
  "join",
  "join",
  "touch",
  "leave",
  "look",
  "look",
  "clock",
  "clock",
  "clock",
  "remove",
  "enable",
  "enable",
  "force",
  "limit",
] as const;
const RARE = ["restart", "cut", "cut", "cut"] as const;

/** Numbers that an operation chooses by. */
const choices = { a: fc.nat(999), b: fc.nat(999), ttl: fc.constantFrom(30_000, 45_000, 90_000) };
const sideBySide = fc.record({ type: fc.constantFrom(...SIDE_BY_SIDE), ...choices });
const operation = fc.oneof(
  { weight: 30, arbitrary: sideBySide },
  { weight: 30, arbitrary: fc.record({ type: fc.constantFrom(...ALONE), ...choices }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom(...RARE), ...choices }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant("burst"), parts: fc.array(sideBySide, { minLength: 2, maxLength: 4 }) }),
  },
);
type SideBySide = typeof sideBySide extends fc.Arbitrary<infer T> ? T : never;
export type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
type Alone = Exclude<Operation, { readonly type: "burst" }>;

export const operations = (length: number) => fc.array(operation, { minLength: length, maxLength: length, size: "max" });

/** How often which answer came, e.g. `heartbeat: LEASE_EXPIRED`. */
export type Tally = Map<string, number>;

/** @throws when an answer of the real leases is none that the model could give. Resolves to the number of operations. */
export async function runOperations(
  system: LeaseSystem,
  list: readonly Operation[],
  tally: Tally = new Map(),
): Promise<number> {
  await system.setClock(START);
  const credentials = await system.reset(KINDS);
  const state = { now: START, credentials, waiters: [], limits: {}, usedRequests: [], expired: {} };
  const run = new Run(system, state, tally);
  for (const each of list) await run.step(each);
  await run.compareRows("at the end");
  return run.count;
}

class Run {
  count = 0;
  readonly #system: LeaseSystem;
  readonly #ledger = new LeaseLedger();
  readonly #known: KnownLease[] = [];
  readonly #tally: Tally;
  #state: model.ModelState;

  constructor(system: LeaseSystem, state: model.ModelState, tally: Tally) {
    this.#system = system;
    this.#tally = tally;
    this.#state = state;
  }

  async step(step: Operation): Promise<void> {
    if (step.type === "burst") return this.#together(step.parts.map((part) => this.#callOf(part)));
    if (isSideBySide(step)) return this.#together([this.#callOf(step)]);
    this.count += 1;
    await this.#alone(step);
    if (this.count % 20 === 0) await this.compareRows(`after ${this.count} operations`);
  }

  async compareRows(when: string): Promise<void> {
    const rows = await this.#system.rows();
    if (!sameRows(rows, this.#state.credentials)) throw differ(`rows ${when}`, byId(rows), byId(this.#state.credentials));
  }

  async #together(calls: readonly Call[]): Promise<void> {
    this.count += calls.length;
    const answers = await Promise.all(calls.map((call) => call.run()));
    const done = calls.map((call, index) => [call, answers[index] as Answer] as const);
    // Two heartbeats at once answer the same in either order: which came last, the rows tell.
    const rows = calls.length > 1 ? await this.#system.rows() : null;
    const next = someOrder(this.#state, done, rows);
    this.#ledger.note(this.#state, done);
    if (next === null) {
      const told = done
        .map(([call, answer]) => `${call.name} of ${call.target ?? call.asked?.kind}: ${answer.text}`)
        .join("; ");
      throw new Error(`No order of these explains the answers: ${told}\n${JSON.stringify(this.#state, null, 1)}`);
    }
    this.#ledger.checkOrder(this.#state, next, done);
    this.#state = next;
    for (const [call, { text }] of done) this.#tell(`${call.name}: ${text.split(" ")[0]}`);
    for (const { grant } of answers) if (grant !== undefined) this.#known.unshift(grant.lease);
    this.#known.splice(REMEMBERED_LEASES);
  }

  #callOf({ type, a, b, ttl }: SideBySide): Call {
    const lease = this.#known[a % Math.max(1, this.#known.length)];
    if (type === "acquire" || type === "serve" || lease === undefined) return this.#acquire({ type, a, b, ttl });
    // Now and then with the token of another lease.
    const shown = b % 5 === 0 ? { ...lease, ...tokenOf(this.#known[b % this.#known.length] ?? lease) } : lease;
    if (type === "heartbeat") return heartbeatCall(this.#system, shown, ttl);
    return type === "release" ? releaseCall(this.#system, shown, a % 3 === 0) : quarantineCall(this.#system, shown);
  }

  #acquire({ type, a, b, ttl }: SideBySide): Call {
    const waiter = type === "serve" ? this.#state.waiters[a % Math.max(1, this.#state.waiters.length)] : undefined;
    return acquireCall(this.#system, {
      kind: waiter?.kind ?? kindOf(a),
      ownerId: `owner-${b % 3}`,
      leaseTtlMs: ttl,
      quarantineOnExpiry: b % 4 === 0,
      requestId: a % 13 === 0 ? String(b % 4).repeat(64) : undefined,
      excludeCredentialIds: waiter?.exclude ?? this.#excluded(b),
      waiterId: waiter?.id,
    });
  }

  #excluded(b: number): string[] {
    return b % 6 === 0 ? this.#state.credentials.filter((_, index) => (b >> index) % 2 === 1).map(({ id }) => id) : [];
  }

  async #alone(step: Exclude<Alone, SideBySide>): Promise<void> {
    const { a, b } = step;
    const state = this.#state;
    const id = state.credentials[a % state.credentials.length]?.id ?? "";
    switch (step.type) {
      case "clock":
        state.now = Math.max(START, nextMoment(state, a, b));
        return this.#system.setClock(state.now);
      case "join": {
        const waiter = { kind: kindOf(a), exclude: this.#excluded(b), lastSeen: state.now };
        state.waiters.push({ ...waiter, id: await this.#system.join(waiter.kind, waiter.exclude) });
        return;
      }
      case "touch": {
        const seen = state.waiters.filter((_, index) => (b >> index) % 2 === 0);
        await this.#system.touch(seen.map((waiter) => waiter.id));
        for (const waiter of seen) waiter.lastSeen = state.now;
        return;
      }
      case "leave": {
        const waiter = state.waiters[a % Math.max(1, state.waiters.length)];
        await this.#system.leave(waiter?.id ?? "nobody");
        state.waiters = state.waiters.filter((each) => each !== waiter);
        return;
      }
      case "look":
        return this.#look(this.#known[a % Math.max(1, this.#known.length)]);
      case "remove": {
        const removed = await this.#system.remove(id);
        agree("remove", removed.ok ? null : removed.refusal, model.remove(state, id));
        if (removed.ok) this.#ledger.forget(id);
        return;
      }
      case "enable":
        await this.#system.enable(id);
        model.enable(state, id);
        // Its expiry had quarantined it: that it is lent again, also when the clock was set back since, is the maintainer's will.
        if (model.credentialOf(state, id).lease === null) this.#ledger.forget(id);
        return;
      case "force":
        await this.#system.forceRelease(id);
        this.#ledger.forget(id);
        return model.forceRelease(state, id);
      case "limit": {
        const limits = LIMITS[a % LIMITS.length] ?? {};
        await this.#system.limit(kindOf(b), limits);
        state.limits[kindOf(b)] = { ...state.limits[kindOf(b)], ...limits };
        return;
      }
      case "restart":
        return this.#system.restart();
      case "cut":
        return this.#cut(this.#callOf({ ...step, type: SIDE_BY_SIDE[b % SIDE_BY_SIDE.length] ?? "acquire" }));
    }
  }

  async #look(lease: KnownLease | undefined): Promise<void> {
    if (lease === undefined) return;
    const seen = await this.#system.look(lease);
    const found = seen.state === "expired" && seen.quarantined ? "quarantined" : seen.state;
    agree("look", found, model.look(this.#state, lease));
    this.#tell(`look: ${found}`);
  }

  #tell(what: string): void {
    this.#tally.set(what, (this.#tally.get(what) ?? 0) + 1);
  }

  /** Without an answer the rows tell whether it happened, wholly or not at all. */
  async #cut(call: Call): Promise<void> {
    const answer = await this.#system.cutDuring((api) => call.run(api));
    if (answer !== null) return this.#together([{ ...call, run: async () => answer }]);
    const rows = byId(await this.#system.rows());
    const happened = structuredClone(this.#state);
    call.assume(happened, rows);
    const isDone = sameRows(rows, happened.credentials);
    this.#tell(isDone ? "lost answer: it happened" : "lost answer: nothing happened");
    if (isDone) this.#state = happened;
    else if (!sameRows(rows, this.#state.credentials))
      throw differ(`half of ${call.name}`, rows, byId(this.#state.credentials));
    this.#ledger.lost(call, rows);
  }
}

function isSideBySide(step: Alone): step is SideBySide {
  return (SIDE_BY_SIDE as readonly string[]).includes(step.type);
}

function tokenOf({ leaseId, leaseToken }: KnownLease) {
  return { leaseId, leaseToken };
}

function kindOf(choice: number): string {
  return KINDS[choice % KINDS.length] ?? "blue";
}

/** Moments at which something turns, and steps back. */
function nextMoment(state: model.ModelState, a: number, b: number): number {
  const turns = state.credentials.flatMap(({ lease, coolUntil }) => [lease?.expiresAt ?? [], coolUntil ?? []].flat());
  const next = turns.filter((turn) => turn > state.now).toSorted((x, y) => x - y)[0] ?? state.now + 1;
  const moments = [
    next,
    next,
    next + 1,
    state.now + b,
    state.now + WAIT_LIMITS.liveMs,
    state.now + WAIT_LIMITS.liveMs - 1,
    state.now - b,
  ];
  return moments[a % moments.length] ?? state.now;
}

function agree(what: string, real: string | null, wanted: string | null): void {
  if (real !== wanted) throw differ(what, real, wanted);
}

function differ(what: string, real: unknown, wanted: unknown): Error {
  return new Error(
    `The model disagrees about ${what}: ${JSON.stringify(real, null, 1)} instead of ${JSON.stringify(wanted, null, 1)}`,
  );
}
