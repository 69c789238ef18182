// Calls of the credential broker. Its answers are read body first: a refusal may come with status 200.
import type { z } from "zod";
import { brokerErrorSchema } from "../../contracts/leases/credential-broker.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { boundedText } from "../http/bounded-body.ts";
import type { BrokerTarget } from "./broker-settings.ts";
import { QaError } from "./qa-error.ts";

export interface BrokerRequest {
  /** Below the prefix. */
  readonly path: string;
  readonly body: object;
  readonly timeoutMs?: number;
  /** Ends the call from outside. */
  readonly signal?: AbortSignal | undefined;
}

export interface BrokerClient {
  readonly target: BrokerTarget;
  /**
   * @throws QaError under the broker's code when it refuses; BROKER_REQUEST_FAILED when it does not answer,
   *   BROKER_HTTP_ERROR and INVALID_RESPONSE when it answers something else. None holds the secret or the answer's text.
   */
  post<T>(request: BrokerRequest, schema: z.ZodType<T>): Promise<T>;
}

export function createBrokerClient(target: BrokerTarget, secret: Secret): BrokerClient {
  return {
    target,
    async post(request, schema) {
      const { status, text } = await send(target, secret, request);
      const answer = jsonOf(text);
      const refusal = brokerErrorSchema.safeParse(answer);
      if (refusal.success) {
        const { code, message, retryAfterMs, waiterId, position, expectedWaitMs } = refusal.data;
        throw new QaError(code, message, { httpStatus: status, retryAfterMs, waiterId, position, expectedWaitMs });
      }
      if (status < 200 || status > 299) {
        throw new QaError("BROKER_HTTP_ERROR", `The broker answered with HTTP ${status}.`, { httpStatus: status });
      }
      // Some brokers answer a heartbeat or a release with nothing.
      const parsed = schema.safeParse(text === "" ? { status: "ok" } : answer);
      if (parsed.success) return parsed.data;
      throw new QaError("INVALID_RESPONSE", `The broker's response to ${request.path} is not recognised. Check the address.`);
    },
  };
}

async function send(target: BrokerTarget, secret: Secret, request: BrokerRequest): Promise<{ status: number; text: string }> {
  const { path, body, signal } = request;
  const deadline = AbortSignal.timeout(request.timeoutMs ?? target.httpTimeoutMs);
  const url = new URL(target.siteUrl);
  url.pathname = `${target.prefix}${path}`;
  url.search = "";
  url.hash = "";
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${secret.reveal()}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      // A redirect would carry the secret to a place that nobody named.
      redirect: "error",
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    });
    return { status: response.status, text: await boundedText(response) };
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    const reason = deadline.aborted ? "in time" : reasonOf(cause);
    throw new QaError("BROKER_REQUEST_FAILED", `The broker at ${url.origin} does not answer ${reason}.`);
  }
}

/** `fetch` hides the reason in the cause of its error. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== "object" || cause === null || !("code" in cause)) return "as it should";
  return typeof cause.code === "string" ? `(${cause.code})` : "as it should";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
