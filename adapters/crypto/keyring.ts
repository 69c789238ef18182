// The random keys of an installation, opened: rows of crypto_keys that the root key wraps.
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { SecretPlace } from "../../contracts/core/secret.ts";
import type { RootKey } from "./root-key.ts";
import { openBytes, sealBytes, type NamedKey, type SecretBoxKeys } from "./secret-box.ts";

export const KEY_PURPOSES = ["check", "data", "pepper", "csrf", "digest"] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

const KEY_BYTES = 32;
const KEY_ID_BYTES = 8;

/** A row of crypto_keys. */
export interface WrappedKey {
  readonly id: string;
  readonly purpose: KeyPurpose;
  readonly wrapped: string;
}

export interface Keyring extends SecretBoxKeys {
  /** The current one first. Token and password hashes use them. */
  readonly peppers: readonly NamedKey[];
  readonly csrfKey: KeyObject;
  /** For digests of configurations, which must not tell what they are digests of. */
  readonly digestKey: KeyObject;
}

/** Makes a random key and wraps it. */
export function wrapNewKey(rootKey: RootKey, purpose: KeyPurpose): WrappedKey {
  const id = randomBytes(KEY_ID_BYTES).toString("hex");
  return { id, purpose, wrapped: sealBytes(wrappingKey(rootKey), placeOf(id, purpose), randomBytes(KEY_BYTES)) };
}

/** Opens the rows, newest first. @throws FleetError CONFIG_INVALID when the root key is another one or a key is missing. */
export function openKeyring(rootKey: RootKey, rows: readonly WrappedKey[]): Keyring {
  const keys = rows.map((row) => ({ purpose: row.purpose, id: row.id, key: unwrap(rootKey, row) }));
  const ofPurpose = (purpose: KeyPurpose): NamedKey[] => keys.filter((key) => key.purpose === purpose);
  first(ofPurpose("check"), "check");
  const dataKeys = ofPurpose("data");
  const peppers = ofPurpose("pepper");
  first(peppers, "pepper");
  return {
    writeKey: first(dataKeys, "data"),
    dataKey: (id) => dataKeys.find((key) => key.id === id),
    peppers,
    csrfKey: first(ofPurpose("csrf"), "csrf").key,
    digestKey: first(ofPurpose("digest"), "digest").key,
  };
}

function unwrap(rootKey: RootKey, row: WrappedKey): KeyObject {
  const root = wrappingKey(rootKey);
  try {
    return createSecretKey(openBytes((id) => (id === root.id ? root : undefined), row.wrapped, placeOf(row.id, row.purpose)));
  } catch (cause) {
    throw new FleetError(
      "CONFIG_INVALID",
      "MOSAIC_SECRET_KEY is not the key that this database was set up with. Start with the original key.",
      { cause },
    );
  }
}

function wrappingKey(rootKey: RootKey): NamedKey {
  return { id: rootKey.keyId, key: createSecretKey(rootKey.derive("secrets")) };
}

function placeOf(id: string, purpose: KeyPurpose): SecretPlace {
  return { table: "crypto_keys", column: "wrapped", tenant: null, rowId: id, binding: purpose };
}

function first(keys: readonly NamedKey[], purpose: KeyPurpose): NamedKey {
  const [key] = keys;
  if (key === undefined)
    throw new FleetError("CONFIG_INVALID", `The database holds no key of purpose ${purpose}. Run the migrations.`);
  return key;
}
