// What a payload of a known kind must hold. Fields that a kind does not know are dropped; unknown kinds stay untouched.
import { CHUNK_MARKER_KEY } from "../../contracts/leases/credential-lease.ts";
import {
  authTag,
  base64,
  constant,
  forumTopicId,
  lowerCase,
  optional,
  participants,
  pattern,
  present,
  privateKey,
  relayUrl,
  text,
  username,
  type FieldRule,
} from "./credential-fields.ts";
import type { CredentialPayload } from "./credential-payload.ts";

/** Public key of a private key, or null when it is none. */
export type PublicKeyOf = (privateKey: string) => string | null;

export type NormalisedPayload =
  | { readonly ok: true; readonly payload: CredentialPayload }
  /** `problem` names the field and the rule, never the value. `field`: null when it is about several. */
  | { readonly ok: false; readonly field: string | null; readonly problem: string };

interface KindRules {
  readonly fields: Readonly<Record<string, FieldRule>>;
  /** What two fields must be to each other; resolves to the problem. */
  readonly together?: (payload: CredentialPayload, publicKeyOf: PublicKeyOf) => string | null;
}

const SIGNED_DIGITS = pattern(/^-?\d+$/, "must be digits, with or without a leading minus");
const DIGITS = pattern(/^\d+$/, "must be digits");
const SNOWFLAKE = pattern(/^\d{17,20}$/, "must be a Discord id of 17 to 20 digits");
const PHONE = pattern(/^\+[1-9]\d{6,14}$/, "must be a phone number such as +4915112345678");
const SHA256 = lowerCase(pattern(/^[0-9a-f]{64}$/i, "must be 64 hexadecimal digits"));
const UUID = lowerCase(pattern(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i, "must be a UUID"));

/** Source: section 4 of the broker's wire contract. `slack` and all others have no rules. */
const KINDS: Readonly<Record<string, KindRules>> = {
  telegram: { fields: { groupId: SIGNED_DIGITS, driverToken: text, sutToken: text } },
  discord: {
    fields: {
      ...{ guildId: SNOWFLAKE, channelId: SNOWFLAKE, sutApplicationId: SNOWFLAKE },
      ...{ driverBotToken: text, sutBotToken: text, voiceChannelId: optional(SNOWFLAKE) },
    },
  },
  whatsapp: {
    fields: {
      ...{ driverPhoneE164: PHONE, sutPhoneE164: PHONE },
      ...{ driverAuthArchiveBase64: text, sutAuthArchiveBase64: text, groupJid: optional(text) },
    },
    together: (payload) =>
      payload["driverPhoneE164"] === payload["sutPhoneE164"] ? "driverPhoneE164 and sutPhoneE164 must differ" : null,
  },
  buzz: {
    fields: {
      ...{ relayUrl, roomId: UUID, driverPrivateKey: privateKey, sutPrivateKey: privateKey },
      ...{ driverAuthTag: present(authTag), sutAuthTag: present(authTag) },
    },
    together: distinctPublicKeys,
  },
  "telegram-test-userbot": {
    fields: {
      ...{ schemaVersion: constant(1), environment: constant("test"), groupId: SIGNED_DIGITS },
      ...{ sutBotId: DIGITS, testerUserId: DIGITS, sutToken: text, sutUsername: username },
      ...{ tdlibArchiveBase64: base64, tdlibArchiveSha256: SHA256, tdlibVersion: text },
      ...{ forumGroupId: present(SIGNED_DIGITS), forumTopicId: present(forumTopicId) },
      participants: present(
        participants({
          ...{ alias: text, testerUserId: DIGITS, tdlibArchiveBase64: base64 },
          ...{ tdlibArchiveSha256: SHA256, tdlibVersion: text },
        }),
      ),
    },
    together: distinctTesters,
  },
  "telegram-user": {
    fields: {
      ...{ groupId: SIGNED_DIGITS, testerUserId: DIGITS, telegramApiId: DIGITS },
      ...{ tdlibArchiveSha256: SHA256, desktopTdataArchiveSha256: SHA256 },
      ...{ sutToken: text, testerUsername: text, telegramApiHash: text, tdlibDatabaseEncryptionKey: text },
      ...{ tdlibArchiveBase64: text, desktopTdataArchiveBase64: text },
    },
  },
};

/** Trims, drops what the kind does not know, checks. Kinds are told apart with their case. */
export function normalisePayload(kind: string, payload: CredentialPayload, publicKeyOf: PublicKeyOf): NormalisedPayload {
  const rules = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (rules === undefined) return untouched(payload);
  const kept: [string, unknown][] = [];
  for (const [name, rule] of Object.entries(rules.fields)) {
    const read = rule(Object.hasOwn(payload, name) ? payload[name] : undefined);
    if ("problem" in read) return { ok: false, field: name, problem: `${name} ${read.problem}` };
    if (read.value !== undefined) kept.push([name, read.value]);
  }
  const normalised = Object.fromEntries(kept);
  const problem = rules.together?.(normalised, publicKeyOf) ?? null;
  return problem === null ? { ok: true, payload: normalised } : { ok: false, field: null, problem };
}

/** A payload that looks like a chunk marker would be read as one by every client. */
function untouched(payload: CredentialPayload): NormalisedPayload {
  return Object.hasOwn(payload, CHUNK_MARKER_KEY)
    ? { ok: false, field: CHUNK_MARKER_KEY, problem: `${CHUNK_MARKER_KEY} is reserved for payloads in chunks` }
    : { ok: true, payload };
}

/** Compared by public key: one identity can be written as hex, as nsec, or negated. */
function distinctPublicKeys(payload: CredentialPayload, publicKeyOf: PublicKeyOf): string | null {
  const names = ["driverPrivateKey", "sutPrivateKey"] as const;
  const keys = names.map((name) => publicKeyOf(String(payload[name])));
  const bad = names.find((_, index) => keys[index] === null);
  if (bad !== undefined) return `${bad} must be a valid secp256k1 private key`;
  return keys[0] === keys[1] ? "driverPrivateKey and sutPrivateKey must belong to different identities" : null;
}

function distinctTesters(payload: CredentialPayload): string | null {
  const listed: unknown = payload["participants"];
  const others: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const ids = [payload, ...others].map((tester) =>
    typeof tester === "object" && tester !== null && "testerUserId" in tester ? tester.testerUserId : undefined,
  );
  return new Set(ids).size === ids.length ? null : "participants must have distinct participant identities";
}
