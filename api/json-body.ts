// Reads a JSON body within limits of size, type and depth.
import type { Request } from "express";
import { FleetError } from "../contracts/errors.ts";

export const BODY_LIMIT_BYTES = 1024 * 1024;
/** Deeper documents are bait for code that recurses. */
export const BODY_DEPTH_MAX = 32;
/** What a client that is still sending may send too much and yet hear why it is refused. */
const DROPPED_MAX_BYTES = 2 * 1024 * 1024;

export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * The parsed body. An empty one is undefined, which a schema then refuses or not.
 * @throws FleetError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, MALFORMED_BODY, or BAD_REQUEST when it breaks off
 */
export async function readJsonBody(request: Request, limitBytes: number): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) {
    throw new FleetError("UNSUPPORTED_MEDIA_TYPE", "Send JSON in UTF-8, with the header content-type: application/json.");
  }
  if ((request.headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") {
    throw new FleetError("UNSUPPORTED_MEDIA_TYPE", "A compressed body is not accepted.");
  }
  const bytes = await readBytes(request, limitBytes);
  if (bytes.length === 0) return undefined;
  return parseText(decodeUtf8(bytes), BODY_DEPTH_MAX);
}

/**
 * As above, for a contract that does not look at the content type and takes no empty body for an absent one.
 * @throws FleetError PAYLOAD_TOO_LARGE, MALFORMED_BODY, or BAD_REQUEST when it breaks off
 */
export async function readUntypedJson(request: Request, limits: JsonLimits): Promise<unknown> {
  return parseText(decodeUtf8(await readBytes(request, limits.bytes)), limits.depth);
}

function hasBody(request: Request): boolean {
  const length = request.headers["content-length"];
  return request.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/**
 * Refuses as soon as it is sure: what is much too large would otherwise be read, or waited for, to its end. A little too
 * much is read and dropped first, because a client that is still sending would not hear the answer. The client may have left
 * while its caller was looked up: nothing more is heard of such a request, not even that it is closed.
 */
async function readBytes(request: Request, limitBytes: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes + DROPPED_MAX_BYTES) throw tooLarge();
  if (request.destroyed) throw brokenOff();
  const chunks: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (size <= limitBytes + DROPPED_MAX_BYTES) return;
      request.pause();
      reject(tooLarge());
    });
    request.once("end", () => (size > limitBytes ? reject(tooLarge()) : resolve(Buffer.concat(chunks))));
    const broken = () => reject(brokenOff());
    request.once("error", broken).once("close", broken);
  });
}

function brokenOff(): FleetError {
  return new FleetError("BAD_REQUEST", "The body did not arrive whole.");
}

function tooLarge(): FleetError {
  return new FleetError("PAYLOAD_TOO_LARGE", "The body is too large.");
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FleetError("MALFORMED_BODY", "The body is not UTF-8.", { cause });
  }
}

function parseText(text: string, depthMax: number): unknown {
  if (nestingOf(text) > depthMax) throw new FleetError("MALFORMED_BODY", `The JSON is nested deeper than ${depthMax} levels.`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold a secret: it is not kept even as a cause.
    throw new FleetError("MALFORMED_BODY", "The body is not JSON.");
  }
}

/** The deepest level of brackets outside strings; counted before parsing, in one pass. */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === "\\") index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, (depth += 1));
    else if (char === "}" || char === "]") depth -= 1;
  }
  return deepest;
}
