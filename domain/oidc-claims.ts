// Reads the claims of an identity provider; they come from outside, and mean nothing until they have the right type.
import type { OidcClaims } from "./oidc-access.ts";
import { isStorable } from "./plain-text.ts";

const GROUPS_MAX = 1_000;
const NAME_MAX_CHARS = 255;
const EMAIL_MAX_CHARS = 320;

type Claims = Readonly<Record<string, unknown>>;

export interface ClaimSources {
  /** Signed, `sub` checked: counts before what is not. */
  readonly idToken: Claims;
  /** Empty where the provider has none. */
  readonly userInfo: Claims;
}

/** `groupsClaim`: its name, or a path with dots. */
export function readOidcClaims({ idToken, userInfo }: ClaimSources, groupsClaim: string): OidcClaims {
  const claims = { ...userInfo, ...idToken };
  // From one of the two alone: else the word for one address would vouch for another.
  const vouching = Object.hasOwn(idToken, "email") ? idToken : userInfo;
  const email = text(vouching["email"], EMAIL_MAX_CHARS)?.toLowerCase() ?? null;
  return {
    subject: String(claims["sub"]),
    email: email !== null && /^[^@\s]+@[^@\s]+$/.test(email) ? email : null,
    emailVerified: vouching["email_verified"] === true,
    name: text(claims["name"], NAME_MAX_CHARS) ?? text(claims["preferred_username"], NAME_MAX_CHARS),
    groups: groupsOf(claimAt(claims, groupsClaim)),
  };
}

/** A name may itself have dots (`https://example.org/groups`), so that the whole name counts first. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split(".")
    .reduce<unknown>((at, part) => (isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined), claims);
}

function groupsOf(value: unknown): readonly string[] {
  const groups = Array.isArray(value) ? value : [value];
  return groups.filter((group) => typeof group === "string" && isStorable(group)).slice(0, GROUPS_MAX);
}

function text(value: unknown, maxChars: number): string | null {
  if (typeof value !== "string") return null;
  const trimmed = value.trim();
  return trimmed === "" || trimmed.length > maxChars || !isStorable(trimmed) ? null : trimmed;
}

function isRecord(value: unknown): value is Claims {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
