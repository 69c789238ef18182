// Reads the claims of an identity provider; they come from outside, and mean nothing until they have the right type.
import { shownName } from "../../contracts/core/name.ts";
import type { OidcClaims } from "./oidc-access.ts";
import { isStorable } from "../core/plain-text.ts";

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
    emailVerified: verificationOf(email, { idToken, userInfo }),
    name: nameOf(claims["name"]) ?? nameOf(claims["preferred_username"]),
    ...groupsAt(claims, groupsClaim),
  };
}

/**
 * What the provider says of this address. Null: nothing. A word that stands with another address, or with none, is no word for
 * this one, but it shows that the provider does say.
 */
function verificationOf(email: string | null, { idToken, userInfo }: ClaimSources): boolean | null {
  const vouching = Object.hasOwn(idToken, "email") ? idToken : userInfo;
  const word = says(vouching);
  if (word !== null) return word;
  const other = vouching === idToken ? userInfo : idToken;
  if (says(other) === null) return null;
  return email !== null && text(other["email"], EMAIL_MAX_CHARS)?.toLowerCase() === email ? says(other) : false;
}

/** Anything but the boolean true is false, also null and an empty text; only a claim that is not there says nothing. */
function says(claims: Claims): boolean | null {
  return Object.hasOwn(claims, "email_verified") ? claims["email_verified"] === true : null;
}

function groupsAt(claims: Claims, name: string): Pick<OidcClaims, "groups" | "groupsGiven"> {
  const value = claimAt(claims, name);
  if (value !== undefined) return { groups: groupsOf(value), groupsGiven: "given" };
  // OpenID Connect Core 1.0, section 5.6.2; Entra ID does so for someone of very many groups, or says only that there are some.
  const references = claims["_claim_names"];
  const isElsewhere = (isRecord(references) && Object.hasOwn(references, name)) || claims["hasgroups"] === true;
  return { groups: [], groupsGiven: isElsewhere ? "elsewhere" : "absent" };
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

/** Tidied instead of refused: a person cannot mend what their identity provider says of them. */
function nameOf(value: unknown): string | null {
  const name = text(value, NAME_MAX_CHARS);
  return name === null ? null : shownName(name.replaceAll(/\s+/g, " "));
}

function isRecord(value: unknown): value is Claims {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
