// Payloads of each kind: what is kept, what is dropped, what is refused, row by row.
import { nostrPublicKey } from "../../adapters/crypto/nostr-key.ts";
import { normalisePayload } from "./credential-kinds.ts";

type Payload = Readonly<Record<string, unknown>>;

const ID = "123456789012345678";
const SHA = "AB".repeat(32);
const KEY_ONE = "00".repeat(31) + "01";
const KEY_TWO = "00".repeat(31) + "02";
/** The order of secp256k1 less one: the negation of key one, and so the same public key in Nostr. */
const KEY_MINUS_ONE = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";
const CURVE_ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
/** The example of NIP-19. */
const NSEC = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
const NSEC_HEX = "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa";
const participant = {
  ...{ alias: "second", testerUserId: "78", tdlibArchiveBase64: "QUJD", tdlibArchiveSha256: SHA, tdlibVersion: "1.8" },
};

const VALID: Readonly<Record<string, Payload>> = {
  telegram: { groupId: "-100123", driverToken: "111:driver", sutToken: "222:sut" },
  discord: { guildId: ID, channelId: ID, sutApplicationId: ID, driverBotToken: "d", sutBotToken: "s" },
  whatsapp: {
    ...{ driverPhoneE164: "+4915112345678", sutPhoneE164: "+4915112345679" },
    ...{ driverAuthArchiveBase64: "not checked!", sutAuthArchiveBase64: "s" },
  },
  buzz: {
    ...{ relayUrl: "wss://relay.example", roomId: "0190F5C4-1111-4222-8333-444455556666" },
    ...{ driverPrivateKey: KEY_ONE, sutPrivateKey: KEY_TWO },
  },
  "telegram-test-userbot": {
    ...{ schemaVersion: 1, environment: "test", groupId: "-100123", sutBotId: "12", testerUserId: "77", sutToken: "t" },
    ...{ sutUsername: "@bot", tdlibArchiveBase64: "QUJDRA==", tdlibArchiveSha256: SHA, tdlibVersion: "1.8" },
  },
  "telegram-user": {
    ...{ groupId: "1", testerUserId: "2", telegramApiId: "3", tdlibArchiveSha256: SHA, desktopTdataArchiveSha256: SHA },
    ...{ sutToken: "a", testerUsername: "b", telegramApiHash: "c", tdlibDatabaseEncryptionKey: "d" },
    ...{ tdlibArchiveBase64: "e", desktopTdataArchiveBase64: "f" },
  },
};

const normalise = (kind: string, change: Payload = {}) => normalisePayload(kind, { ...VALID[kind], ...change }, nostrPublicKey);
const kept = (kind: string, change: Payload = {}) => {
  const result = normalise(kind, change);
  if (!result.ok) throw new Error(result.problem);
  return result.payload;
};

/** What is stored of the valid payloads: everything as given, but for these. */
const STORED: Readonly<Record<string, Payload>> = {
  buzz: { roomId: "0190f5c4-1111-4222-8333-444455556666" },
  "telegram-test-userbot": { sutUsername: "bot", tdlibArchiveSha256: SHA.toLowerCase() },
  "telegram-user": { tdlibArchiveSha256: SHA.toLowerCase(), desktopTdataArchiveSha256: SHA.toLowerCase() },
};

describe.each(Object.keys(VALID))("%s", (kind) => {
  test("keeps its fields, drops every other, also a spoofed marker", () => {
    const stored = { ...VALID[kind], ...STORED[kind] };
    expect(kept(kind, { stranger: 1, __openclawQaCredentialPayloadChunksV1: true })).toEqual(stored);
  });

  test.each(Object.keys(VALID[kind] ?? {}))("refuses a missing, blank or wrongly typed %s, and does not quote it", (field) => {
    for (const value of [undefined, null, "   ", { secret: "hidden" }, ["hidden"], true]) {
      const result = normalise(kind, { [field]: value });
      expect(result).toEqual({ ok: false, field, problem: expect.stringContaining(field) });
      expect(JSON.stringify(result)).not.toContain("hidden");
    }
  });

  test("trims", () => {
    const padded = Object.entries(VALID[kind] ?? {}).map(([name, value]) => [
      name,
      typeof value === "string" && name !== "environment" ? ` ${value}\n` : value,
    ]);
    expect(normalisePayload(kind, Object.fromEntries(padded), nostrPublicKey)).toEqual(normalise(kind));
  });
});

test.each<[kind: string, field: string, value: unknown]>([
  ["telegram", "groupId", "12a"],
  ["telegram", "groupId", "--1"],
  ["telegram", "groupId", 12],
  ["discord", "guildId", "1234567890123456"],
  ["discord", "channelId", "123456789012345678901"],
  ["discord", "voiceChannelId", "12"],
  ["whatsapp", "driverPhoneE164", "+0151123456"],
  ["whatsapp", "driverPhoneE164", "+12345"],
  ["whatsapp", "driverPhoneE164", "+1234567890123456"],
  ["whatsapp", "sutPhoneE164", "+4915112345678"],
  ["buzz", "relayUrl", "https://relay.example"],
  ["buzz", "relayUrl", "ws://relay.example"],
  ["buzz", "relayUrl", "ws://127.0.0.1.example"],
  ["buzz", "relayUrl", "ws://[::ffff:10.0.0.1]"],
  ["buzz", "relayUrl", "no url"],
  ["buzz", "roomId", "0190f5c4-1111-6222-8333-444455556666"],
  ["buzz", "roomId", "0190f5c4-1111-4222-c333-444455556666"],
  ["buzz", "driverPrivateKey", "12"],
  ["buzz", "driverPrivateKey", "00".repeat(32)],
  ["buzz", "driverPrivateKey", CURVE_ORDER],
  ["buzz", "driverPrivateKey", `${NSEC.slice(0, -1)}q`],
  ["buzz", "driverPrivateKey", "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg"],
  ["buzz", "sutPrivateKey", KEY_ONE],
  ["buzz", "sutPrivateKey", KEY_MINUS_ONE],
  ["buzz", "driverAuthTag", null],
  ["buzz", "driverAuthTag", ""],
  ["buzz", "driverAuthTag", '["auth","a","b"]'],
  ["buzz", "driverAuthTag", '["auth","a","b","c","d"]'],
  ["buzz", "driverAuthTag", '["other","a","b","c"]'],
  ["buzz", "driverAuthTag", '["auth","a","b",1]'],
  ["buzz", "driverAuthTag", '{"0":"auth","length":4}'],
  ["buzz", "sutAuthTag", "[not json"],
  ["telegram-test-userbot", "schemaVersion", "1"],
  ["telegram-test-userbot", "schemaVersion", 2],
  ["telegram-test-userbot", "environment", "production"],
  ["telegram-test-userbot", "sutBotId", "-12"],
  ["telegram-test-userbot", "tdlibArchiveBase64", "QUJDRA="],
  ["telegram-test-userbot", "tdlibArchiveBase64", "QUJDR"],
  ["telegram-test-userbot", "tdlibArchiveBase64", "QU=DRA=="],
  ["telegram-test-userbot", "tdlibArchiveBase64", "===="],
  ["telegram-test-userbot", "tdlibArchiveBase64", "QUJ-"],
  ["telegram-test-userbot", "tdlibArchiveSha256", "ab"],
  ["telegram-test-userbot", "sutUsername", "@"],
  ["telegram-test-userbot", "forumGroupId", "x"],
  ["telegram-test-userbot", "forumTopicId", 0],
  ["telegram-test-userbot", "forumTopicId", "0"],
  ["telegram-test-userbot", "forumTopicId", 1.5],
  ["telegram-test-userbot", "forumTopicId", null],
  ["telegram-test-userbot", "participants", {}],
  ["telegram-test-userbot", "participants", ["second"]],
  ["telegram-test-userbot", "participants", [{ ...participant, alias: " " }]],
  ["telegram-test-userbot", "participants", [{ ...participant, tdlibArchiveSha256: "x" }]],
  ["telegram-test-userbot", "participants", [{ ...participant, testerUserId: "77" }]],
  ["telegram-test-userbot", "participants", [participant, { ...participant, alias: "third" }]],
  ["telegram-user", "telegramApiId", "3x"],
  ["telegram-user", "desktopTdataArchiveSha256", "zz".repeat(32)],
])("%s refuses %s = %j", (kind, field, value) => {
  expect(normalise(kind, { [field]: value })).toMatchObject({ ok: false, problem: expect.stringContaining(field) });
});

test.each<[kind: string, field: string, value: unknown, stored: unknown]>([
  ["telegram", "groupId", "42", "42"],
  ["discord", "voiceChannelId", ID, ID],
  ["discord", "voiceChannelId", "  ", undefined],
  ["discord", "voiceChannelId", 12, undefined],
  ["whatsapp", "groupJid", " 123@g.us ", "123@g.us"],
  ["whatsapp", "groupJid", null, undefined],
  ["buzz", "relayUrl", "ws://localhost:7000/path", "ws://localhost:7000/path"],
  ["buzz", "relayUrl", "ws://127.8.9.1", "ws://127.8.9.1"],
  ["buzz", "relayUrl", "ws://[::1]:80", "ws://[::1]:80"],
  ["buzz", "relayUrl", "ws://[::ffff:127.0.0.1]", "ws://[::ffff:127.0.0.1]"],
  ["buzz", "driverPrivateKey", NSEC, NSEC],
  ["buzz", "driverPrivateKey", NSEC_HEX.toUpperCase(), NSEC_HEX.toUpperCase()],
  ["buzz", "driverAuthTag", undefined, undefined],
  ["buzz", "driverAuthTag", '["auth","a","b","c"]', '["auth","a","b","c"]'],
  ["telegram-test-userbot", "forumGroupId", "-1005", "-1005"],
  ["telegram-test-userbot", "forumTopicId", 7, 7],
  ["telegram-test-userbot", "forumTopicId", " 7 ", "7"],
  ["telegram-test-userbot", "participants", [], []],
  [
    ...["telegram-test-userbot", "participants"],
    [{ ...participant, stranger: 1 }],
    [{ ...participant, tdlibArchiveSha256: SHA.toLowerCase() }],
  ] as [string, string, unknown, unknown],
])("%s keeps %s = %j as %j", (kind, field, value, stored) => {
  expect(kept(kind, { [field]: value })[field]).toEqual(stored);
});

test("a nsec and the hexadecimal form of one key are one identity", () => {
  expect(nostrPublicKey(NSEC)).toBe(nostrPublicKey(NSEC_HEX));
  expect(normalise("buzz", { driverPrivateKey: NSEC, sutPrivateKey: NSEC_HEX }).ok).toBe(false);
});

test("an archive of forty megabytes is looked at without exhausting anything", () => {
  const tdlibArchiveBase64 = "QUJD".repeat(10_000_000);
  expect(normalise("telegram-test-userbot", { tdlibArchiveBase64 }).ok).toBe(true);
});

test.each(["slack", "Telegram", "anything", "constructor", "__proto__"])(
  "kind %s has no rules: the payload stays untouched",
  (kind) => {
    const payload: Payload = JSON.parse('{"b": " padded ", "a": {"deep": [null]}, "__proto__": 1}');
    expect(normalisePayload(kind, payload, nostrPublicKey)).toEqual({ ok: true, payload });
  },
);

test.each([true, false, null, "x"])("a payload of an unknown kind that holds the marker's key is refused: %j", (value) => {
  const result = normalisePayload("slack", { __openclawQaCredentialPayloadChunksV1: value }, nostrPublicKey);
  expect(result).toMatchObject({ ok: false, problem: expect.stringContaining("reserved") });
});
