// Lets the person in whom the identity provider vouches for: finds or makes the account, and gives it the role of its groups.
import type { OidcStored } from "../../contracts/sign-in/oidc.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import { decideOidcAccess, verifiedEmail, type OidcAccess, type OidcClaims } from "../../domain/sign-in/oidc-access.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { findOpenInviteOf, noteInviteUser, takeInviteById, type TakenInvite } from "../people/invites.ts";
import { countOtherAdministrators, lockAdministrators, setSystemRole } from "../people/user-changes.ts";
import {
  findIdentity,
  insertIdentity,
  insertOidcUser,
  isEmailTaken,
  lockIdentity,
  noteIdentityUse,
  noteVerifiedEmail,
  type KnownIdentity,
} from "./user-identities.ts";

export interface EnteredUser {
  readonly id: string;
  readonly name: string;
  readonly systemRole: SystemRole;
  readonly isNew: boolean;
  /** The role before, where the groups changed it. */
  readonly roleBefore: SystemRole | null;
}
export interface OidcEntry {
  readonly settings: OidcStored;
  readonly claims: OidcClaims;
  /** The open invitation whose link was followed. */
  readonly inviteId: string | null;
}

/** Null when the rules do not let this person in; then nothing was changed. */
export async function enterByOidc(tx: GlobalTransaction, entry: OidcEntry): Promise<EnteredUser | null> {
  const { settings, claims } = entry;
  const identity = { issuer: settings.issuerUrl, subject: claims.subject };
  await lockIdentity(tx, identity);
  // Where groups give roles, the last administrator must be counted before one is taken away.
  if (settings.adminGroups.length > 0) await lockAdministrators(tx);
  const known = await findIdentity(tx, identity);
  const invite = known === null ? await findOpenInviteOf(tx, { id: entry.inviteId, email: claims.email }) : null;
  const access = decideOidcAccess(settings, claims, {
    known,
    otherActiveAdmins: await countOtherAdministrators(tx, known?.userId ?? null),
    invite: invite === null ? null : { ...invite, byLink: entry.inviteId !== null },
    emailTaken: claims.email !== null && known === null && (await isEmailTaken(tx, claims.email)),
  });
  switch (access.kind) {
    case "refused":
      return null;
    case "existing":
      return known === null
        ? null
        : await enterKnown(tx, { known, email: verifiedEmail(settings, claims), systemRole: access.systemRole });
    case "create":
      return await create(tx, entry, { access, inviteId: invite?.id ?? null });
  }
}

async function enterKnown(
  tx: GlobalTransaction,
  entered: { readonly known: KnownIdentity; readonly email: string | null; readonly systemRole: SystemRole },
): Promise<EnteredUser> {
  const { known, email, systemRole } = entered;
  const isChanged = systemRole !== known.systemRole;
  if (isChanged) await setSystemRole(tx, known.userId, systemRole);
  await noteIdentityUse(tx, known.identityId);
  if (email !== null) await noteVerifiedEmail(tx, known.userId, email);
  const { userId: id, name } = known;
  return { id, name, systemRole, isNew: false, roleBefore: isChanged ? known.systemRole : null };
}

async function create(
  tx: GlobalTransaction,
  { settings, claims }: OidcEntry,
  decided: { readonly access: Extract<OidcAccess, { kind: "create" }>; readonly inviteId: string | null },
): Promise<EnteredUser> {
  const { systemRole, email, usesInvite } = decided.access;
  const taken = usesInvite && decided.inviteId !== null ? await takeInviteById(tx, decided.inviteId) : null;
  const name = claims.name ?? claims.email ?? claims.subject;
  const id = await insertOidcUser(tx, { name, email, systemRole, invite: inviteOf(taken) });
  await insertIdentity(tx, id, { issuer: settings.issuerUrl, subject: claims.subject });
  if (taken !== null) await noteInviteUser(tx, taken.id, id);
  return { id, name, systemRole, isNew: true, roleBefore: null };
}

function inviteOf(taken: TakenInvite | null) {
  return taken === null ? null : { at: taken.invitedAt, by: taken.invitedBy };
}

/** Gives the user a further way in. Fine when it is theirs already. False: it is another user's, and nothing was changed. */
export async function linkIdentity(
  tx: GlobalTransaction,
  link: { readonly userId: string; readonly settings: OidcStored; readonly claims: OidcClaims },
): Promise<boolean> {
  const { userId, settings, claims } = link;
  const identity = { issuer: settings.issuerUrl, subject: claims.subject };
  await lockIdentity(tx, identity);
  const known = await findIdentity(tx, identity);
  if (known !== null && known.userId !== userId) return false;
  if (known === null) await insertIdentity(tx, userId, identity);
  const email = verifiedEmail(settings, claims);
  if (email !== null) await noteVerifiedEmail(tx, userId, email);
  return true;
}
