// Reads the body of an answer up to a limit: whatever answers at an address may send without end.

/** Far more than any answer of the api that is read whole. */
const BODY_MAX_BYTES = 32 * 1024 * 1024;

/** @throws RangeError if the body is larger, even if only after decompression; the connection is returned. */
export async function boundedBytes(response: Response, maxBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? new ReadableStream<Uint8Array>({ start: (body) => body.close() })) {
    size += piece.length;
    if (size > maxBytes) throw new RangeError(`The response is larger than ${maxBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** UTF-8. @throws RangeError as above */
export async function boundedText(response: Response, maxBytes: number = BODY_MAX_BYTES): Promise<string> {
  return new TextDecoder().decode(await boundedBytes(response, maxBytes));
}

/** Undefined if it is not JSON, too large or cut off: the caller parses it with a schema and reports what is missing. */
export async function boundedJson(response: Response, maxBytes?: number): Promise<unknown> {
  try {
    return JSON.parse(await boundedText(response, maxBytes));
  } catch {
    return undefined;
  }
}
