// A string that does not print itself, and the contracts for sealing and hashing secrets.
import type { Tenant } from "./tenant.ts";

const REDACTED = "[redacted]";
/** How Node asks an object for its printed form; named here so that this file needs no Node module. */
const NODE_INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Holds a secret. Every way of printing it gives `[redacted]`; only `reveal()` gives the value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself. Call it at the last moment, where the value leaves the process. */
  reveal(): string {
    return this.#value;
  }

  /** The last four characters, for telling keys apart on a page; empty when the secret is shorter than twelve. */
  lastFour(): string {
    return this.#value.length < 12 ? "" : this.#value.slice(-4);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [NODE_INSPECT](): string {
    return REDACTED;
  }
}

/** Where a sealed secret lives. All of it is authenticated, so that a ciphertext moved elsewhere does not open. */
export interface SecretPlace {
  readonly table: string;
  readonly column: string;
  /** The owner, or null for a secret of the installation. */
  readonly tenant: Tenant | null;
  readonly rowId: string;
  /** What the secret must stay bound to, e.g. the origin of a provider's address; empty when nothing. */
  readonly binding: string;
}

/** Seals secrets for rows and opens them again. */
export interface SecretBox {
  /** AES-256-GCM, as `enc:v1:<keyId>:<nonce>:<ciphertext+tag>`. */
  seal(secret: Secret, place: SecretPlace): string;
  /** @throws FleetError SECRET_UNREADABLE, without saying what differs. */
  open(sealed: string, place: SecretPlace): Secret;
}

/** Hashes bearer credentials for look-up, with a random pepper that is kept sealed. */
export interface TokenHasher {
  /** HMAC-SHA256 with the current pepper. */
  hash(token: Secret): Buffer;
  /** The hashes under every pepper still accepted, the current one first. */
  candidates(token: Secret): Buffer[];
  /** Proves that the hash stands for this user: a row that was given to another one does not pass `isBound`. */
  bind(hash: Buffer, holder: TokenHolder): Buffer;
  isBound(proof: Buffer, hash: Buffer, holder: TokenHolder): boolean;
}

export interface TokenHolder {
  readonly kind: "session" | "key" | "agent";
  /** Of the person; for an agent's key, of the agent. */
  readonly userId: string;
}
