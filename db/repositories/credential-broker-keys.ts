// Keys of the broker that the product manages: named, hashed, for a role and some kinds, revocable. Shown once.
import type { BrokerRole } from "../../contracts/credential-lease.ts";
import type { Secret } from "../../contracts/secret.ts";
import type { Database, GlobalTransaction } from "../database.ts";

export interface NewBrokerKey {
  readonly name: string;
  readonly role: BrokerRole;
  /** Null: all kinds. */
  readonly kinds: readonly string[] | null;
  /** The user's id. */
  readonly createdBy: string;
  readonly expiresAt: Date | null;
}

export interface BrokerKeyView extends NewBrokerKey {
  /** The public part, `mbk_…`; what events name. */
  readonly keyId: string;
  readonly lastFour: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** The key itself is in the answer and nowhere else. */
export async function insertBrokerKey(
  _tx: GlobalTransaction,
  _input: NewBrokerKey,
): Promise<{ readonly view: BrokerKeyView; readonly key: Secret }> {
  throw new Error("not yet");
}

/** Revoked ones too, newest first. */
export async function listBrokerKeys(_tx: GlobalTransaction): Promise<BrokerKeyView[]> {
  throw new Error("not yet");
}

/** Void from this transaction's commit on. @throws FleetError NOT_FOUND */
export async function revokeBrokerKey(_tx: GlobalTransaction, _keyId: string): Promise<void> {
  throw new Error("not yet");
}

export interface ResolvedBrokerKey {
  readonly keyId: string;
  readonly name: string;
  readonly role: BrokerRole;
  readonly kinds: readonly string[] | null;
}

/** Null when the text is no such key, or it is unknown, revoked or expired. Notes the use once a minute. */
export async function resolveBrokerKey(_database: Database, _key: Secret): Promise<ResolvedBrokerKey | null> {
  throw new Error("not yet");
}
