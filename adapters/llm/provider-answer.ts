// What a provider's answer that is no success means. Status first; then the code in its body, never its words.
import { z } from "zod";
import type { ProviderTestReason } from "../../contracts/providers/provider-facts.ts";
import type { SafeResponse } from "../outbound/safe-fetch.ts";

/**
 * Out of credit, not merely too fast. OpenAI's error guide puts both under 429 and tells them apart by the code; Z.AI's table
 * of codes has 1113 for an account in arrears; Anthropic's errors name it as a type, with 402.
 */
const NO_CREDIT: ReadonlySet<string> = new Set([
  "insufficient_quota",
  "credit_balance_exhausted",
  "billing_hard_limit_reached",
  "billing_error",
  "1113",
]);
/** Z.AI's codes 1000 to 1004, which also come with status 200; Google's reason, which comes with 400. */
const KEY_REFUSED: ReadonlySet<string> = new Set(["1000", "1001", "1002", "1003", "1004", "API_KEY_INVALID"]);

const text = z.union([z.string(), z.number()]).transform(String).nullish().catch(undefined);
const errorBody = z.looseObject({
  error: z.looseObject({
    code: text,
    type: text,
    details: z
      .array(z.looseObject({ reason: text }))
      .nullish()
      .catch(undefined),
  }),
});

/** Null for a success. `hasKey`: whether one was sent. */
export function refusalOf(answer: SafeResponse, hasKey: boolean): ProviderTestReason | null {
  const { status } = answer;
  const codes = codesIn(answer.text);
  const keyReason = hasKey ? "key_refused" : "key_missing";
  if (codes.some((code) => NO_CREDIT.has(code)) || status === 402) return "no_credit";
  if (codes.some((code) => KEY_REFUSED.has(code)) || status === 401) return keyReason;
  if (status === 403) return hasKey ? "key_forbidden" : "key_missing";
  if (status === 404 || status === 405) return "path_not_found";
  if (status === 429) return "rate_limited";
  if (status >= 500) return "provider_fault";
  if (isWebPage(answer)) return "no_api";
  return status >= 200 && status < 300 ? null : "unexpected_status";
}

/** An API never answers with one: the address is that of a site, or of a sign-in in between. */
export function isWebPage({ contentType, text: body }: SafeResponse): boolean {
  return contentType.startsWith("text/html") || /^\s*<(?:!doctype|html)/i.test(body);
}

function codesIn(body: string): string[] {
  const parsed = errorBody.safeParse(parseJson(body));
  if (!parsed.success) return [];
  const { code, type, details } = parsed.data.error;
  return [code, type, ...(details ?? []).map(({ reason }) => reason)].filter((each) => typeof each === "string");
}

/** Undefined for text that is no JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
