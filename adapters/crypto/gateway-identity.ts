// The identity of an agent's gateway: a key and a self-signed certificate for one start of its container.
// Node.js cannot create certificates, so this file encodes one (RFC 5280, DER of X.690).
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { GATEWAY_SERVER_NAME } from "../../contracts/containers/agent-container.ts";
import { Secret } from "../../contracts/core/secret.ts";

export interface GatewayIdentity {
  /** PEM. Not secret: it only serves to verify the gateway. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: Secret;
}

const TAG = { integer: 0x02, bitString: 0x03, octetString: 0x04, oid: 0x06, utf8: 0x0c, time: 0x18, sequence: 0x30, set: 0x31 };
const EXPLICIT = { version: 0xa0, extensions: 0xa3 };
const IMPLICIT = { dnsName: 0x82 };
const VERSION_3 = 2;
const SERIAL_BYTES = 16;
/** ecdsa-with-SHA256, id-at-commonName, id-ce-subjectAltName. */
const OID = { ecdsaWithSha256: "2a8648ce3d040302", commonName: "550403", subjectAltName: "551d11" };
/** A certificate is good for as long as its container runs. RFC 5280 has the second one for "no end that is known". */
const VALIDITY = ["20000101000000Z", "99991231235959Z"];

/** P-256, as TLS libraries of every age know it. */
export function newGatewayIdentity(): GatewayIdentity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    certificate: pem("CERTIFICATE", selfSigned(publicKey, privateKey)),
    key: new Secret(privateKey.export({ type: "pkcs8", format: "pem" }).toString()),
  };
}

function selfSigned(publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const algorithm = der(TAG.sequence, der(TAG.oid, fromHex(OID.ecdsaWithSha256)));
  const commonName = der(TAG.sequence, der(TAG.oid, fromHex(OID.commonName)), der(TAG.utf8, fromText(GATEWAY_SERVER_NAME)));
  const name = der(TAG.sequence, der(TAG.set, commonName));
  const names = der(TAG.sequence, der(IMPLICIT.dnsName, fromText(GATEWAY_SERVER_NAME)));
  const subjectAltName = der(TAG.sequence, der(TAG.oid, fromHex(OID.subjectAltName)), der(TAG.octetString, names));
  const toBeSigned = der(
    TAG.sequence,
    der(EXPLICIT.version, der(TAG.integer, Buffer.from([VERSION_3]))),
    der(TAG.integer, serialNumber()),
    algorithm,
    name,
    der(TAG.sequence, ...VALIDITY.map((time) => der(TAG.time, fromText(time)))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(EXPLICIT.extensions, der(TAG.sequence, subjectAltName)),
  );
  return der(TAG.sequence, toBeSigned, algorithm, bits(sign("sha256", toBeSigned, privateKey)));
}

/** A positive integer in its shortest form: the first bit is clear, the first byte is not. */
function serialNumber(): Buffer {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = 0x40 | (bytes.readUInt8(0) & 0x3f);
  return bytes;
}

/** No bit of the last byte is left unused. */
function bits(bytes: Buffer): Buffer {
  return der(TAG.bitString, Buffer.from([0]), bytes);
}

/** One element: tag, length, contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body), body]);
}

/** Below 128 a byte; else the number of bytes that the length takes, and those. */
function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const fromText = (text: string): Buffer => Buffer.from(text, "utf8");
