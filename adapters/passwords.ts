// Password hashes: bcrypt over a peppered digest, so that length and NUL bytes do not matter; bounded concurrency.
import { createHmac } from "node:crypto";
import bcrypt from "bcrypt";
import { FleetError } from "../contracts/errors.ts";
import type { Secret } from "../contracts/secret.ts";
import type { NamedKey } from "./secret-box.ts";

const ROUNDS = 12;
/**
 * Hashes run in threads of a pool of four, which a new connection to Postgres needs too (for SCRAM): with all four taken, sign-ins
 * made connections time out. One is left free.
 */
const AT_ONCE = 3;
const QUEUE_MAX = 21;
const RETRY_AFTER_SECONDS = 2;
const STORED = /^v1:([0-9a-f]{16}):(\$2b\$.{56})$/;
/** A well-formed hash of no password anybody knows: an unknown name costs the same time as a known one. */
const DUMMY_HASH = "$2b$12$0kTNl8z4eE.RglTVCBORbOUWD4mUn2Xf9uJ31rVTMALb8nEMyQzDm";

export interface PasswordHasher {
  /** @throws FleetError RATE_LIMITED when too many hashes are wanted at once. */
  hash(password: Secret): Promise<string>;
  /** `stored` null: nobody of that name; costs the same and is false. @throws FleetError RATE_LIMITED */
  verify(password: Secret, stored: string | null): Promise<boolean>;
}

/** One per process: it bounds how many hashes run at once (3, then a queue of 21). */
export function createPasswordHasher(keyring: { readonly peppers: readonly NamedKey[] }): PasswordHasher {
  const bounded = createBound();
  const [current] = keyring.peppers;
  if (current === undefined) throw new Error("A password hasher needs a pepper.");
  return {
    hash: async (password) => `v1:${current.id}:${await bounded(() => bcrypt.hash(digest(current, password), ROUNDS))}`,
    async verify(password, stored) {
      const [, pepperId, hash] = STORED.exec(stored ?? "") ?? [];
      const pepper = keyring.peppers.find((candidate) => candidate.id === pepperId);
      const matches = await bounded(() => bcrypt.compare(digest(pepper ?? current, password), hash ?? DUMMY_HASH));
      return matches && pepper !== undefined && hash !== undefined;
    },
  };
}

/** 44 characters of base64: below bcrypt's limit of 72 bytes, and without NUL. */
function digest(pepper: NamedKey, password: Secret): string {
  return createHmac("sha256", pepper.bytes).update("password\0").update(password.reveal().normalize("NFKC")).digest("base64");
}

function createBound(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= QUEUE_MAX) {
        throw new FleetError("RATE_LIMITED", "Too many sign-ins at once. Try again in a moment.", {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      }
      // Whoever ends hands its place over, so that `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
