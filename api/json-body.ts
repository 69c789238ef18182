// Reads a JSON body within limits of size, type and depth.
import express, { type Request, type Response } from "express";
import { FleetError } from "../contracts/errors.ts";

export const BODY_LIMIT_BYTES = 1024 * 1024;
/** Deeper documents are bait for code that recurses. */
export const BODY_DEPTH_MAX = 32;

export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
}

const JSON_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * The parsed body. An empty one is undefined, which a schema then refuses or not.
 * @throws FleetError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or MALFORMED_BODY
 */
export async function readJsonBody(request: Request, response: Response, limitBytes: number): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) {
    throw new FleetError("UNSUPPORTED_MEDIA_TYPE", "Send JSON in UTF-8, with the header content-type: application/json.");
  }
  const bytes = await readBytes(request, response, limitBytes);
  if (bytes.length === 0) return undefined;
  return parseText(decodeUtf8(bytes), BODY_DEPTH_MAX);
}

/**
 * As above, for a contract that does not look at the content type and takes no empty body for an absent one.
 * @throws FleetError PAYLOAD_TOO_LARGE or MALFORMED_BODY
 */
export async function readUntypedJson(request: Request, response: Response, limits: JsonLimits): Promise<unknown> {
  return parseText(decodeUtf8(await readBytes(request, response, limits.bytes)), limits.depth);
}

function hasBody(request: Request): boolean {
  const length = request.headers["content-length"];
  return request.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

async function readBytes(request: Request, response: Response, limitBytes: number): Promise<Buffer> {
  const read = express.raw({ type: () => true, limit: limitBytes, inflate: false });
  await new Promise<void>((resolve, reject) => {
    read(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
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
