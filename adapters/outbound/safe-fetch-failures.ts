// What a call to an address that a user named can fail with: the step, the reason, and words that say what to do.
import { FleetError } from "../../contracts/core/errors.ts";
import { PROVIDER_TEST_REASONS, type ProviderTestReason } from "../../contracts/providers/provider-facts.ts";
import type { AddressVerdict } from "./outbound-address.ts";
import { refusalOfVerdict } from "../llm/provider-address.ts";
import { certificateProblem } from "./certificate-problem.ts";
import { TEST_MESSAGES } from "../llm/provider-test-messages.ts";

/** Where a call ended; also in `details.step` of the error. */
type SafeFetchStep = "address" | "dns" | "connect" | "tls" | "answer";

const STEPS = {
  address_invalid: "address",
  address_loopback: "address",
  address_metadata: "address",
  address_agents: "address",
  address_private: "address",
  address_not_public: "address",
  port_refused: "address",
  redirected: "address",
  name_unknown: "dns",
  certificate_refused: "tls",
  certificate_authority_unknown: "tls",
  certificate_self_signed: "tls",
  certificate_expired: "tls",
  certificate_other_name: "tls",
  proxy_unreachable: "connect",
  proxy_refused: "connect",
  tls_not_spoken: "tls",
  nothing_listens: "connect",
  timed_out: "connect",
  unreachable: "connect",
  broken_off: "connect",
  answer_too_large: "answer",
} as const satisfies Partial<Record<ProviderTestReason, SafeFetchStep>>;

export function safeFetchError(reason: keyof typeof STEPS, cause?: unknown): FleetError {
  return new FleetError("PROVIDER_TEST_FAILED", TEST_MESSAGES[reason], { details: { step: STEPS[reason], reason }, cause });
}

/** @throws FleetError PROVIDER_TEST_FAILED for any verdict but `allowed` */
export function assertAllowed(verdict: AddressVerdict): void {
  const refusal = refusalOfVerdict(verdict);
  if (refusal !== null) throw safeFetchError(refusal);
}

/** Failures of calls that did get an answer, which `safeFetch` refused. */
const ANSWERED: ReadonlySet<ProviderTestReason> = new Set(["redirected", "answer_too_large"]);

/** Why a call got no answer at all; null if it got one that was refused. Rethrows errors that are not failures of a call. */
export function reasonForNoAnswer(error: unknown): ProviderTestReason | null {
  if (!(error instanceof FleetError) || error.code !== "PROVIDER_TEST_FAILED") throw error;
  const reason = PROVIDER_TEST_REASONS.find((each) => each === error.details?.["reason"]) ?? null;
  return reason === null || ANSWERED.has(reason) ? null : reason;
}

const DNS_CODES: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "ENODATA"]);
/** What OpenSSL says when the other side answers in plain text. */
const NO_TLS_CODES = /^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL))$/;
const TLS_CODES = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA)/;
const TIMEOUT_CODES: ReadonlySet<string> = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

export interface FailureFacts {
  readonly timedOut: boolean;
  /** It went, or should have gone, through the proxy. */
  readonly viaProxy: boolean;
}

/** What undici says when a proxy opens no tunnel (also for what was aborted, which `timedOut` tells apart), or answers with 407. */
const PROXY_REFUSALS: ReadonlySet<string> = new Set(["UND_ERR_ABORTED", "UND_ERR_INVALID_ARG"]);
const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** What undici or the socket threw, as one of the failures above. */
export function toSafeFetchError(error: unknown, { timedOut, viaProxy }: FailureFacts): FleetError {
  const root = rootError(error);
  if (root instanceof FleetError) return root;
  const code = codeOf(root);
  const certificate = certificateProblem(code);
  if (certificate !== null) return safeFetchError(certificate, error);
  if (viaProxy && (DNS_CODES.has(code) || UNREACHABLE_CODES.has(code))) return safeFetchError("proxy_unreachable", error);
  if (viaProxy && PROXY_REFUSALS.has(code) && !timedOut) return safeFetchError("proxy_refused", error);
  if (DNS_CODES.has(code)) return safeFetchError("name_unknown", error);
  if (NO_TLS_CODES.test(code)) return safeFetchError("tls_not_spoken", error);
  if (TLS_CODES.test(code)) return safeFetchError("certificate_refused", error);
  if (code === "ECONNREFUSED") return safeFetchError("nothing_listens", error);
  if (timedOut || TIMEOUT_CODES.has(code)) return safeFetchError("timed_out", error);
  if (code === "EHOSTUNREACH" || code === "ENETUNREACH") return safeFetchError("unreachable", error);
  return safeFetchError("broken_off", error);
}

/** Several addresses tried give an AggregateError; a refusal of ours is wrapped by the socket. By shape, not by class. */
function rootError(error: unknown): unknown {
  if (error instanceof FleetError || typeof error !== "object" || error === null) return error;
  if ("errors" in error && Array.isArray(error.errors) && error.errors.length > 0) return rootError(error.errors[0]);
  return "cause" in error && typeof error.cause === "object" && error.cause !== null ? rootError(error.cause) : error;
}

/** The code of what failed at the bottom; `TIMEOUT` for a deadline of ours. */
export function failureCode(error: unknown): string {
  const root = rootError(error);
  return typeof root === "object" && root !== null && "name" in root && root.name === "TimeoutError" ? "TIMEOUT" : codeOf(root);
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";
}
