// Who may sign in through the identity provider, and with which role.
import type { OidcStored, OidcTestResult } from "../../contracts/sign-in/oidc.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";

/** What the provider vouches for. */
export interface OidcClaims {
  readonly subject: string;
  /** Lower case, whether verified or not. */
  readonly email: string | null;
  /** True only for the boolean; a text "true" is false. Null: neither source has the claim. */
  readonly emailVerified: boolean | null;
  readonly name: string | null;
  readonly groups: readonly string[];
  /** An absent claim is no group; one that is kept elsewhere says nothing about groups. */
  readonly groupsGiven: OidcTestResult["groupsGiven"];
}

export type OidcAccessRules = Pick<
  OidcStored,
  "joinRule" | "allowedDomains" | "emailRule" | "assumesEmailVerified" | "adminGroups"
>;

export interface OidcAccessFacts {
  /** The user that the identity belongs to. */
  readonly known: {
    readonly systemRole: SystemRole;
    readonly deactivated: boolean;
    /** The way back in when all else fails keeps the role that it was given here. */
    readonly hasBreakglass: boolean;
  } | null;
  /** Active administrators beside the known user. */
  readonly otherActiveAdmins: number;
  /** The open invitation: by its link, or for the e-mail address that was claimed. */
  readonly invite: { readonly email: string; readonly systemRole: SystemRole; readonly byLink: boolean } | null;
  /** Another account has the e-mail address that was claimed. */
  readonly emailTaken: boolean;
}

export type OidcAccess =
  | { readonly kind: "existing"; readonly systemRole: SystemRole }
  | { readonly kind: "create"; readonly systemRole: SystemRole; readonly email: string | null; readonly usesInvite: boolean }
  | { readonly kind: "refused" };

export function decideOidcAccess(rules: OidcAccessRules, claims: OidcClaims, facts: OidcAccessFacts): OidcAccess {
  const { known, invite } = facts;
  if (known !== null) {
    if (known.deactivated) return { kind: "refused" };
    return { kind: "existing", systemRole: roleOfKnown(rules, claims, { ...facts, known }) };
  }
  // Never an existing account: anyone who controls an address at the provider would get it.
  if (facts.emailTaken) return { kind: "refused" };
  const verified = verifiedEmail(rules, claims);
  const usesInvite =
    invite !== null && verified === invite.email.toLowerCase() && (invite.byLink || rules.emailRule === "invite");
  // Who came by a link wants this invitation, not an account beside it.
  if (!usesInvite && (invite?.byLink === true || !mayJoin(rules, verified))) return { kind: "refused" };
  const systemRole = rules.adminGroups.length > 0 ? roleByGroups(rules, claims) : usesInvite ? invite.systemRole : "member";
  return { kind: "create", systemRole, email: verified, usesInvite };
}

/** The address, where it counts as verified. */
export function verifiedEmail(
  rules: Pick<OidcAccessRules, "assumesEmailVerified">,
  { email, emailVerified }: Pick<OidcClaims, "email" | "emailVerified">,
): string | null {
  return (emailVerified ?? rules.assumesEmailVerified) ? email : null;
}

/** Without an account and without an invitation. */
export function mayJoin(rules: OidcAccessRules, verifiedEmail: string | null): boolean {
  switch (rules.joinRule) {
    case "invited":
      return false;
    case "everyone":
      return true;
    case "domains":
      // The part behind the last @, whole: neither a sub-domain nor a longer name counts.
      return verifiedEmail !== null && rules.allowedDomains.includes(verifiedEmail.slice(verifiedEmail.lastIndexOf("@") + 1));
  }
}

export function roleByGroups(rules: OidcAccessRules, claims: Pick<OidcClaims, "groups">): SystemRole {
  return claims.groups.some((group) => rules.adminGroups.includes(group)) ? "admin" : "member";
}

function roleOfKnown(
  rules: OidcAccessRules,
  claims: OidcClaims,
  { known, otherActiveAdmins }: OidcAccessFacts & { readonly known: NonNullable<OidcAccessFacts["known"]> },
): SystemRole {
  if (rules.adminGroups.length === 0 || known.hasBreakglass || claims.groupsGiven === "elsewhere") return known.systemRole;
  const wanted = roleByGroups(rules, claims);
  // The last administrator keeps the role.
  return wanted === "member" && known.systemRole === "admin" && otherActiveAdmins === 0 ? "admin" : wanted;
}
