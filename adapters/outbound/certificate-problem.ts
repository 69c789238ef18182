// What is wrong with a certificate, by the codes of OpenSSL and Node.js.
import { PROVIDER_TEST_REASONS, type ProviderTestReason } from "../../contracts/providers/provider-facts.ts";

export type CertificateProblem = Extract<ProviderTestReason, `certificate_${string}`>;

const BY_CODE: Readonly<Record<string, CertificateProblem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate_self_signed",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate_authority_unknown",
  UNABLE_TO_GET_ISSUER_CERT: "certificate_authority_unknown",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate_authority_unknown",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate_authority_unknown",
  CERT_UNTRUSTED: "certificate_authority_unknown",
  CERT_HAS_EXPIRED: "certificate_expired",
  CERT_NOT_YET_VALID: "certificate_expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate_other_name",
  HOSTNAME_MISMATCH: "certificate_other_name",
};
const OTHERS = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|ERR_TLS_CERT)/;

const PROBLEMS: ReadonlySet<ProviderTestReason> = new Set(
  PROVIDER_TEST_REASONS.filter((reason) => reason.startsWith("certificate_")),
);

export function isCertificateProblem(reason: ProviderTestReason): reason is CertificateProblem {
  return PROBLEMS.has(reason);
}

/** Null: it is something else. */
export function certificateProblem(code: string): CertificateProblem | null {
  return BY_CODE[code] ?? (OTHERS.test(code) ? "certificate_refused" : null);
}
