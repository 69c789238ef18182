// Bearer credentials: random, recognisable by their prefix, checked for shape before anything is looked up.
import { randomBytes, randomInt } from "node:crypto";
import { crc32 } from "node:zlib";
import { Secret } from "../../contracts/core/secret.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const API_KEY = /^(mpk_[a-z2-7]{20})_[0-9A-Za-z]{43}$/;
const BROKER_KEY = /^(mbk_[a-z2-7]{20})_[0-9A-Za-z]{43}$/;
const AGENT_KEY = /^((oak_live_[a-z2-7]{20})_[0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;
const AGENT_TOKEN = /^mct_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/;
const SESSION_TOKEN = /^[A-Za-z0-9_-]{43}$/;
const SECRET_CHARACTERS = 43;
const CHECK_CHARACTERS = 6;
const SESSION_BYTES = 32;

/** AGENT_TOKEN of one container start. */
export function newAgentToken(): Secret {
  return new Secret(`mct_${random(BASE62, 22)}_${random(BASE62, SECRET_CHARACTERS)}`);
}

/** The token between api and OpenClaw gateway, for one container start. */
export function newGatewayToken(): Secret {
  return new Secret(random(BASE62, SECRET_CHARACTERS));
}

/** A personal API key; `keyId` is its public part. */
export function newApiKey(): { keyId: string; apiKey: Secret } {
  const keyId = `mpk_${random(BASE32, 20)}`;
  return { keyId, apiKey: new Secret(`${keyId}_${random(BASE62, SECRET_CHARACTERS)}`) };
}

/** A key of the credential broker; `keyId` is its public part. */
export function newBrokerKey(): { keyId: string; key: Secret } {
  const keyId = `mbk_${random(BASE32, 20)}`;
  return { keyId, key: new Secret(`${keyId}_${random(BASE62, SECRET_CHARACTERS)}`) };
}

/** The key of an agent; `keyId` is its public part. A check sum ends it, so that scanners and we know a mistyped one. */
export function newAgentKey(): { keyId: string; apiKey: Secret } {
  const keyId = `oak_live_${random(BASE32, 20)}`;
  const unchecked = `${keyId}_${random(BASE62, SECRET_CHARACTERS)}`;
  return { keyId, apiKey: new Secret(unchecked + checkSum(unchecked)) };
}

export function newSessionToken(): Secret {
  return new Secret(randomBytes(SESSION_BYTES).toString("base64url"));
}

/** Null when the text is no personal API key by its shape. */
export function parseApiKey(text: string): { keyId: string; apiKey: Secret } | null {
  const keyId = API_KEY.exec(text)?.[1];
  return keyId === undefined ? null : { keyId, apiKey: new Secret(text) };
}

/** Null when the text is no agent's key by its shape and check sum: then nothing needs to be looked up. */
export function parseAgentKey(text: string): { keyId: string; apiKey: Secret } | null {
  const [, unchecked = "", keyId = "", check] = AGENT_KEY.exec(text) ?? [];
  return check !== undefined && check === checkSum(unchecked) ? { keyId, apiKey: new Secret(text) } : null;
}

/** The public part; null when the text is no key of the broker by its shape. */
export function brokerKeyId(key: Secret): string | null {
  return BROKER_KEY.exec(key.reveal())?.[1] ?? null;
}

export function parseAgentToken(text: string): Secret | null {
  return AGENT_TOKEN.test(text) ? new Secret(text) : null;
}

export function parseSessionToken(text: string): Secret | null {
  return SESSION_TOKEN.test(text) ? new Secret(text) : null;
}

/** CRC-32 of everything before it, in base 62 with leading zeros: no secret, and of no use against guessing. */
function checkSum(text: string): string {
  let [rest, digits] = [crc32(text), ""];
  while (digits.length < CHECK_CHARACTERS) {
    digits = BASE62.charAt(rest % BASE62.length) + digits;
    rest = Math.floor(rest / BASE62.length);
  }
  return digits;
}

function random(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
