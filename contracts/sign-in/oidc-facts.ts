// Why single sign-on refuses, for the api and, without a validator, for the web interface.

/**
 * Why a sign-in was refused: `details.reason` of OIDC_REJECTED.
 * `expired`: no such attempt (any more) in this browser; `denied`: the identity provider says no; `client`: it refuses our
 * client id or secret; `invalid`: what came back does not belong to the attempt or is not genuine; `settings_changed` in the
 * meantime; `no_access`: a genuine person whom the rules do not let in; `linked_elsewhere`: the identity is another user's.
 */
export const OIDC_REJECTIONS = [
  "expired",
  "denied",
  "client",
  "invalid",
  "settings_changed",
  "no_access",
  "linked_elsewhere",
] as const;
export type OidcRejection = (typeof OIDC_REJECTIONS)[number];

/** Why an issuer is refused before its settings are stored: `details.reason` of VALIDATION_FAILED on `issuerUrl`. */
export const ISSUER_PROBLEMS = [
  "form",
  "loopback",
  "plain_http",
  "internal",
  "no_document",
  "other_issuer",
  "no_keys",
  "no_code_flow",
] as const;
export type IssuerProblem = (typeof ISSUER_PROBLEMS)[number];
