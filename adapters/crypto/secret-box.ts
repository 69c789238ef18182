// AES-256-GCM for secrets at rest; a ciphertext is bound to its place (table, column, row) by the authenticated data.
import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret, type SecretBox, type SecretPlace } from "../../contracts/core/secret.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^enc:v1:([0-9a-f]{16}):([A-Za-z0-9_-]{16}):([A-Za-z0-9_-]{22,})$/;

export interface NamedKey {
  readonly id: string;
  /** Not its bytes: from those, each use would make a key object again, which takes longer than the use. */
  readonly key: KeyObject;
}

export interface SecretBoxKeys {
  /** Seals new secrets. */
  readonly writeKey: NamedKey;
  /** Undefined for an id that is not known. */
  dataKey(id: string): NamedKey | undefined;
}

export function createSecretBox(keys: SecretBoxKeys): SecretBox {
  return {
    seal: (secret, place) => sealBytes(keys.writeKey, place, Buffer.from(secret.reveal(), "utf8")),
    open: (sealed, place) => new Secret(openBytes((id) => keys.dataKey(id), sealed, place).toString("utf8")),
  };
}

export function sealBytes({ id, key }: NamedKey, place: SecretPlace, plain: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(id, place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `enc:v1:${id}:${nonce.toString("base64url")}:${sealed.toString("base64url")}`;
}

/** @throws FleetError SECRET_UNREADABLE, without saying what differs. */
export function openBytes(keyOf: (id: string) => NamedKey | undefined, sealed: string, place: SecretPlace): Buffer {
  const [, keyId = "", nonce = "", body = ""] = SEALED.exec(sealed) ?? [];
  const named = keyOf(keyId);
  if (named === undefined) throw unreadable();
  const bytes = Buffer.from(body, "base64url");
  // Trailing bits that base64url ignores would make two texts of one ciphertext.
  if (bytes.toString("base64url") !== body) throw unreadable();
  const decipher = createDecipheriv("aes-256-gcm", named.key, Buffer.from(nonce, "base64url"), { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(named.id, place));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    // Node's own error tells nothing more, and must not grow to do so.
    throw unreadable();
  }
}

function associatedData(keyId: string, place: SecretPlace): Buffer {
  const { table, column, tenant, rowId, binding } = place;
  return Buffer.from(JSON.stringify(["mosaic", 1, keyId, table, column, tenant, rowId, binding]), "utf8");
}

function unreadable(): FleetError {
  return new FleetError("SECRET_UNREADABLE", "A stored secret cannot be read.");
}
