// GET over plain HTTP, for probes of this machine. `fetch` would do as well, and keep 28 MB of the supervisor's memory.
import { request, type RequestOptions } from "node:http";
import { text } from "node:stream/consumers";
import { urlToHttpOptions } from "node:url";

export interface PlainAnswer {
  readonly status: number;
  readonly body: string;
}

/** @throws Error with the system's code when nothing answers in time */
export async function plainGet(where: URL | RequestOptions, timeoutMs: number): Promise<PlainAnswer> {
  const place = "href" in where ? urlToHttpOptions(where) : where;
  const options = { ...place, agent: false, signal: AbortSignal.timeout(timeoutMs) };
  return await new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    asked.once("error", reject).end();
  });
}

/** Null for what is no JSON. */
export function parsedBody({ body }: PlainAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
