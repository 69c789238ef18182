// Password hashes: bcrypt over a peppered digest, so that length and NUL bytes do not matter; bound to their user, so that a
// hash that was copied to someone else's row opens nothing; bounded concurrency.
import { createHmac } from "node:crypto";
import bcrypt from "bcrypt";
import type { Secret } from "../../contracts/core/secret.ts";
import { createBoundedWork } from "../process/bounded-work.ts";
import type { NamedKey } from "./secret-box.ts";

const ROUNDS = 12;
/**
 * Hashes run in threads of a pool of four, which a new connection to Postgres needs too (for SCRAM): with all four taken, sign-ins
 * made connections time out. One is left free.
 */
const AT_ONCE = 3;
const QUEUE_MAX = 21;
/** v2 is bound to the user. v1, from before, is bound to nobody, and replaced at the next sign-in. */
const STORED = /^(v[12]):([0-9a-f]{16}):(\$2b\$.{56})$/;
/** A well-formed hash of no password anyone knows: an unknown name costs the same time as a known one. */
const dummyHash = (rounds: number): string =>
  `$2b$${String(rounds).padStart(2, "0")}$0kTNl8z4eE.RglTVCBORbOUWD4mUn2Xf9uJ31rVTMALb8nEMyQzDm`;

export interface PasswordHasher {
  /** @throws FleetError RATE_LIMITED when too many hashes are wanted at once. */
  hash(password: Secret, userId: string): Promise<string>;
  /**
   * `stored` null: nobody of that name; costs the same and is false. `isPreferred`: strangers who fill the queue do not keep
   * this one out. @throws FleetError RATE_LIMITED with the seconds until the queue is empty
   */
  verify(password: Secret, stored: StoredPassword | null, options?: { readonly isPreferred?: boolean }): Promise<boolean>;
  /** Until those that are under way have ended. */
  backlogSeconds(): number;
}

export interface StoredPassword {
  readonly passwordHash: string;
  /** Whose row it was found in. */
  readonly userId: string;
}

/** False: it should be made again, from the password, when that is known. */
export function isBoundToUser(passwordHash: string): boolean {
  return passwordHash.startsWith("v2:");
}

/** One per process: it bounds how many hashes run at once (3, then a queue of 21). */
export function createPasswordHasher(keyring: { readonly peppers: readonly NamedKey[] }, rounds = ROUNDS): PasswordHasher {
  const bounded = createBoundedWork({ atOnce: AT_ONCE, queueMax: QUEUE_MAX, now: () => performance.now() });
  const [current] = keyring.peppers;
  if (current === undefined) throw new Error("A password hasher needs a pepper.");
  return {
    backlogSeconds: () => bounded.backlogSeconds(),
    async hash(password, userId) {
      const hash = await bounded.run(() => bcrypt.hash(digest(current, password, userId), rounds));
      return `v2:${current.id}:${hash}`;
    },
    async verify(password, stored, options) {
      const [, version, pepperId, hash] = STORED.exec(stored?.passwordHash ?? "") ?? [];
      const pepper = keyring.peppers.find((candidate) => candidate.id === pepperId);
      const userId = version === "v1" ? null : (stored?.userId ?? "");
      const compare = () => bcrypt.compare(digest(pepper ?? current, password, userId), hash ?? dummyHash(rounds));
      const matches = await bounded.run(compare, options);
      return matches && pepper !== undefined && hash !== undefined;
    },
  };
}

/** 44 characters of base64: below bcrypt's limit of 72 bytes, and without NUL. */
function digest(pepper: NamedKey, password: Secret, userId: string | null): string {
  const place = userId === null ? "password\0" : `password of\0${userId}\0`;
  return createHmac("sha256", pepper.key).update(place).update(password.reveal().normalize("NFKC")).digest("base64");
}
