// Reads a JSON body within limits of size, type and depth.
import type { Request } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import type { BodyShare } from "./body-memory.ts";

export const BODY_LIMIT_BYTES = 1024 * 1024;
/** Deeper documents are bait for code that recurses. */
export const BODY_DEPTH_MAX = 32;
/** What a client that is still sending may send too much and yet hear why it is refused. */
const DROPPED_MAX_BYTES = 2 * 1024 * 1024;

export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
}

/** Spellings of UTF-8, and ASCII, which is a part of it. */
const CHARSETS: ReadonlySet<string> = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);

/**
 * The parsed body. An empty one is undefined, which a schema then refuses or not. `share` is asked before bytes are kept.
 * @throws FleetError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, MALFORMED_BODY, or BAD_REQUEST when it breaks off; those of
 *   `share`
 */
export async function readJsonBody(request: Request, limitBytes: number, share?: Pick<BodyShare, "take">): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  checkType(request.headers["content-type"] ?? "");
  if ((request.headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") {
    throw new FleetError("UNSUPPORTED_MEDIA_TYPE", "Compressed request bodies are not accepted.");
  }
  const bytes = await readBytes(request, limitBytes, share);
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

/** Parameters other than the charset say nothing to us. */
function checkType(header: string): void {
  const [type = "", ...parameters] = header.split(";").map((part) => part.trim().toLowerCase());
  if (type !== "application/json") {
    throw new FleetError("UNSUPPORTED_MEDIA_TYPE", "Send JSON in UTF-8, with the header content-type: application/json.");
  }
  const charset = parameters.find((parameter) => /^charset\s*=/.test(parameter));
  const name = charset
    ?.slice(charset.indexOf("=") + 1)
    .trim()
    .replace(/^(["'])(.*)\1$/, "$2");
  if (name !== undefined && !CHARSETS.has(name.trim())) {
    throw new FleetError("UNSUPPORTED_MEDIA_TYPE", "The body uses another character set. Send UTF-8.");
  }
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
async function readBytes(request: Request, limitBytes: number, share?: Pick<BodyShare, "take">): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes + DROPPED_MAX_BYTES) throw tooLarge();
  if (request.destroyed) throw brokenOff();
  const taken = Math.min(announced, limitBytes);
  share?.take(taken);
  const chunks: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
      const refusal = size > limitBytes + DROPPED_MAX_BYTES ? tooLarge() : refusalOf(share, size - taken, chunk.length);
      if (refusal === null) return;
      request.pause();
      chunks.length = 0;
      reject(refusal);
    });
    const broken = () => reject(brokenOff());
    request.once("error", broken).once("close", broken);
    request.once("end", () => {
      // It closes after every body; an error made each time would cost more than the reading.
      request.off("close", broken);
      if (size > limitBytes) reject(tooLarge());
      else resolve(Buffer.concat(chunks));
    });
  });
}

/** A body that does not say how long it is is counted as it comes. */
function refusalOf(share: Pick<BodyShare, "take"> | undefined, beyond: number, bytes: number): unknown {
  if (share === undefined || beyond <= 0) return null;
  try {
    share.take(Math.min(beyond, bytes));
    return null;
  } catch (refusal) {
    return refusal;
  }
}

function brokenOff(): FleetError {
  return new FleetError("BAD_REQUEST", "The body is incomplete.");
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
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (char === '"') index = endOfString(text, index);
    else if (char === "{" || char === "[") deepest = Math.max(deepest, (depth += 1));
    else if (char === "}" || char === "]") depth -= 1;
  }
  return deepest;
}

/** The closing quote of the string that opens at `start`; searched for, since an image is millions of characters in one. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
  return text.length;
}
