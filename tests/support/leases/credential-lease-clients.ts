// Clients of the broker that keep on working while its processes die: they call another one and try again.
import { setMaxListeners } from "node:events";
import { z } from "zod";
import type { Acknowledged } from "./credential-lease-log.ts";

const CALL_TIMEOUT_MS = 20_000;
const RETRY_PAUSE_MS = 200;

const answerSchema = z.discriminatedUnion("status", [
  z.looseObject({
    status: z.literal("ok"),
    credentialId: z.string().optional(),
    leaseToken: z.string().optional(),
    fence: z.number().optional(),
    expiresAtMs: z.number().optional(),
  }),
  z.looseObject({ status: z.literal("error"), code: z.string(), waiterId: z.string().optional() }),
]);
type Answer = z.infer<typeof answerSchema>;

export interface ClientsOptions {
  readonly urls: readonly string[];
  readonly secret: string;
  readonly kinds: readonly string[];
  readonly ttlMs: number;
  /** Once in so many leases the client dies without giving it back. */
  readonly abandonEvery: number;
  /** The database's time, or a little later: what a client notes of an answer. */
  readonly now: () => number;
}

export interface Clients {
  /** Everything that was acknowledged so far. */
  readonly told: readonly Acknowledged[];
  /** Answers of any kind, refusals among them. */
  answers(): number;
  /** Refusals that no client should ever see, in words. */
  readonly surprises: readonly string[];
  /** Each client finishes what it holds. */
  stop(): Promise<void>;
}

export function startClients(count: number, options: ClientsOptions): Clients {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const shared = { told: [] as Acknowledged[], surprises: [] as string[], answers: 0 };
  const running = Array.from({ length: count }, (_, index) => new ChaosClient(index, options, shared).run(stopping.signal));
  return {
    told: shared.told,
    surprises: shared.surprises,
    answers: () => shared.answers,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

interface Shared {
  readonly told: Acknowledged[];
  readonly surprises: string[];
  answers: number;
}

interface Lease {
  readonly kind: string;
  readonly ownerId: string;
  readonly credentialId: string;
  readonly leaseToken: string;
  readonly fence: number;
  /** As it was promised last. */
  expiresAt: number;
}

class ChaosClient {
  readonly #index: number;
  readonly #options: ClientsOptions;
  readonly #shared: Shared;
  #round = 0;

  constructor(index: number, options: ClientsOptions, shared: Shared) {
    [this.#index, this.#options, this.#shared] = [index, options, shared];
  }

  async run(stopping: AbortSignal): Promise<void> {
    let waiterId: string | undefined;
    while (!stopping.aborted) {
      this.#round += 1;
      // Every fourth client waits in the queue, the rest try their luck.
      const waits = this.#index % 4 === 0 ? { waitMs: 2_000, waiterId } : {};
      const { kinds, ttlMs } = this.#options;
      const claim = { kind: kinds[this.#index % kinds.length] ?? "", ownerId: `client-${this.#index}-${this.#round}` };
      const ownerId = "waitMs" in waits ? `client-${this.#index}` : claim.ownerId;
      const answer = await this.#once("acquire", { ...claim, ...waits, ownerId, leaseTtlMs: ttlMs, includeFence: true });
      waiterId = answer?.status === "error" ? answer.waiterId : undefined;
      const lease = leaseOf({ kind: claim.kind, ownerId }, answer);
      if (lease === null) await pause();
      else await this.#use(lease, answer);
    }
  }

  async #use(lease: Lease, answer: Answer | null): Promise<void> {
    this.#note("acquire", lease, answer);
    if (this.#round % this.#options.abandonEvery === this.#index % this.#options.abandonEvery) return;
    for (let beat = 0; beat < this.#round % 3; beat += 1) {
      const beaten = await this.#once("heartbeat", { ...claimOf(lease), leaseTtlMs: this.#options.ttlMs, includeFence: true });
      if (beaten?.status === "ok") this.#note("heartbeat", lease, beaten);
      else if (beaten !== null) this.#expect(beaten.code, ["LEASE_EXPIRED", "LEASE_NOT_OWNER", "LEASE_NOT_FOUND"], "heartbeat");
    }
    await this.#release(lease);
  }

  /** Tried until somebody answers: an answer that was lost may have been a yes. */
  async #release(lease: Lease): Promise<void> {
    for (;;) {
      const released = await this.#once("release", claimOf(lease));
      if (released === null) {
        await pause();
        continue;
      }
      // Only an answer to the first try says that this very call did it, but either way it must be in the log.
      if (released.status === "ok") this.#note("release", lease, released);
      else this.#expect(released.code, ["LEASE_NOT_OWNER"], "release");
      return;
    }
  }

  #note(call: Acknowledged["call"], lease: Lease, answer: Answer | null): void {
    if (answer?.status === "ok") lease.expiresAt = answer.expiresAtMs ?? lease.expiresAt;
    const { credentialId: credential, fence, ownerId: owner, expiresAt } = lease;
    this.#shared.told.push({ call, credential, fence, owner, expiresAt, at: this.#options.now() });
  }

  #expect(code: string, allowed: readonly string[], call: string): void {
    if (!allowed.includes(code)) this.#shared.surprises.push(`${call}: ${code}`);
  }

  /** Null: the process died before it answered, or could not do it. */
  async #once(call: string, body: object): Promise<Answer | null> {
    const { urls, secret } = this.#options;
    const url = `${urls[(this.#index + this.#round) % urls.length] ?? ""}/${call}`;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify({ ...body, actorRole: "ci" }),
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
      const answer = answerSchema.parse(await response.json());
      if (response.status >= 500) {
        this.#round += 1;
        return null;
      }
      this.#shared.answers += 1;
      return answer;
    } catch {
      this.#round += 1;
      return null;
    }
  }
}

function leaseOf(claim: { readonly kind: string; readonly ownerId: string }, answer: Answer | null): Lease | null {
  if (answer?.status !== "ok") return null;
  const { credentialId = "", leaseToken = "", fence = 0, expiresAtMs: expiresAt = 0 } = answer;
  return { ...claim, credentialId, leaseToken, fence, expiresAt };
}

function claimOf({ kind, ownerId, credentialId, leaseToken }: Lease): object {
  return { kind, ownerId, credentialId, leaseToken };
}

/** A client that was refused does not call again in the same moment. */
function pause(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, RETRY_PAUSE_MS));
}
