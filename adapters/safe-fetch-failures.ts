// What a call to an address that a user named can fail with: the step, the reason, and words that say what to do.
import { FleetError } from "../contracts/errors.ts";
import type { ProviderTestReason } from "../contracts/provider-facts.ts";
import type { AddressVerdict } from "./outbound-address.ts";
import { TEST_MESSAGES } from "./provider-test-messages.ts";

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
  switch (verdict) {
    case "allowed":
      return;
    case "loopback":
      throw safeFetchError("address_loopback");
    case "metadata":
      throw safeFetchError("address_metadata");
    case "agents":
      throw safeFetchError("address_agents");
    case "private":
      throw safeFetchError("address_private");
    case "not_public":
      throw safeFetchError("address_not_public");
  }
}

const DNS_CODES: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "ENODATA"]);
/** What OpenSSL says when the other side answers in plain text. */
const NO_TLS_CODES = /^(?:ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL))$/;
const TLS_CODES = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA)/;
const TIMEOUT_CODES: ReadonlySet<string> = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"]);

/** What undici or the socket threw, as one of the failures above. */
export function toSafeFetchError(error: unknown, timedOut: boolean): FleetError {
  const root = rootError(error);
  if (root instanceof FleetError) return root;
  const code = codeOf(root);
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

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";
}
