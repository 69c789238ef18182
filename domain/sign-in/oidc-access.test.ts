import { decideOidcAccess, type OidcAccessFacts, type OidcAccessRules, type OidcClaims } from "./oidc-access.ts";

const rules = (changes: Partial<OidcAccessRules> = {}): OidcAccessRules => ({
  ...{ joinRule: "invited", allowedDomains: [], emailRule: "invite", assumesEmailVerified: false, adminGroups: [] },
  ...changes,
});
const claims = (changes: Partial<OidcClaims> = {}): OidcClaims => ({
  ...{ subject: "s", email: "ann@example.org", emailVerified: true, name: "Ann", groups: [], groupsGiven: "given" },
  ...changes,
});
const facts = (changes: Partial<OidcAccessFacts> = {}): OidcAccessFacts => ({
  ...{ known: null, otherActiveAdmins: 1, invite: null, emailTaken: false },
  ...changes,
});
const known = (changes: Partial<NonNullable<OidcAccessFacts["known"]>> = {}) => ({
  ...{ systemRole: "member" as const, deactivated: false, hasBreakglass: false },
  ...changes,
});
const invite = { email: "ann@example.org", systemRole: "admin" as const, byLink: false };
const REFUSED = { kind: "refused" };

describe("somebody unknown", () => {
  test.each<[string, Partial<OidcAccessRules>, Partial<OidcClaims>, Partial<OidcAccessFacts>]>([
    ["without an invitation", {}, {}, {}],
    ["with an invitation for another address", {}, { email: "eve@example.org" }, { invite }],
    ["with an invitation and an unverified address", {}, { emailVerified: false }, { invite }],
    ["with an invitation and an address of which nothing is said", {}, { emailVerified: null }, { invite }],
    [
      "with an address that is called not verified, whatever is assumed of others",
      { assumesEmailVerified: true, joinRule: "domains", allowedDomains: ["example.org"] },
      { emailVerified: false },
      { invite },
    ],
    ["with an invitation that only its link opens", { emailRule: "none" }, {}, { invite }],
    [
      "by the link of somebody else's invitation, even where everyone may join",
      { joinRule: "everyone" },
      { email: "eve@x.org" },
      { invite: { ...invite, byLink: true } },
    ],
    ["of another domain", { joinRule: "domains", allowedDomains: ["example.com"] }, {}, {}],
    ["of a sub-domain", { joinRule: "domains", allowedDomains: ["example.org"] }, { email: "ann@a.example.org" }, {}],
    [
      "of an allowed domain, unverified",
      { joinRule: "domains", allowedDomains: ["example.org"] },
      { emailVerified: false },
      {},
    ],
    ["with somebody's address", { joinRule: "everyone" }, {}, { emailTaken: true }],
    ["with somebody's address and an invitation", {}, {}, { emailTaken: true, invite }],
  ])("%s is refused", (_name, ruleChanges, claimChanges, factChanges) => {
    expect(decideOidcAccess(rules(ruleChanges), claims(claimChanges), facts(factChanges))).toEqual(REFUSED);
  });

  test("takes the role of the invitation, unless groups give roles", () => {
    const created = { kind: "create", email: "ann@example.org", usesInvite: true };
    expect(decideOidcAccess(rules(), claims(), facts({ invite }))).toEqual({ ...created, systemRole: "admin" });
    const byGroups = rules({ adminGroups: ["root"] });
    expect(decideOidcAccess(byGroups, claims(), facts({ invite }))).toEqual({ ...created, systemRole: "member" });
    expect(decideOidcAccess(byGroups, claims({ groups: ["root"] }), facts({ invite }))).toEqual({
      ...created,
      systemRole: "admin",
    });
  });

  test("whose provider says nothing about verification gets in by domain and by invitation if that counts as verified", () => {
    const said = claims({ emailVerified: null });
    const byDomain = rules({ assumesEmailVerified: true, joinRule: "domains", allowedDomains: ["example.org"] });
    const created = { kind: "create", email: "ann@example.org" };
    expect(decideOidcAccess(byDomain, said, facts())).toMatchObject({ ...created, usesInvite: false });
    expect(decideOidcAccess(rules({ assumesEmailVerified: true }), said, facts({ invite }))).toMatchObject({
      ...{ ...created, usesInvite: true },
    });
    expect(decideOidcAccess(byDomain, said, facts({ emailTaken: true }))).toEqual(REFUSED);
  });

  test("gets an account without the address when it is not verified", () => {
    const access = decideOidcAccess(rules({ joinRule: "everyone" }), claims({ emailVerified: false }), facts());
    expect(access).toEqual({ kind: "create", systemRole: "member", email: null, usesInvite: false });
  });
});

describe("somebody known", () => {
  const byGroups = rules({ adminGroups: ["root"] });

  test("comes in whatever the rules for joining, but not deactivated", () => {
    expect(decideOidcAccess(rules(), claims({ email: null }), facts({ known: known() }))).toEqual({
      ...{ kind: "existing", systemRole: "member" },
    });
    expect(decideOidcAccess(rules(), claims(), facts({ known: known({ deactivated: true }) }))).toEqual(REFUSED);
  });

  test.each<["admin" | "member", string[], "admin" | "member"]>([
    ["member", ["root"], "admin"],
    ["admin", ["staff"], "member"],
    ["admin", ["root"], "admin"],
    ["member", [], "member"],
  ])("%s with the groups %j becomes %s", (systemRole, groups, becomes) => {
    expect(decideOidcAccess(byGroups, claims({ groups }), facts({ known: known({ systemRole }) }))).toEqual({
      ...{ kind: "existing", systemRole: becomes },
    });
  });

  test("keeps the role when the provider keeps the groups elsewhere, and loses it when the claim is absent", () => {
    const admin = facts({ known: known({ systemRole: "admin" }) });
    const roleWith = (groupsGiven: OidcClaims["groupsGiven"]) => decideOidcAccess(byGroups, claims({ groupsGiven }), admin);
    expect(roleWith("elsewhere")).toEqual({ kind: "existing", systemRole: "admin" });
    expect(roleWith("absent")).toEqual({ kind: "existing", systemRole: "member" });
  });

  test("stays an administrator as the last of them, and with a breakglass account", () => {
    const admin = known({ systemRole: "admin" });
    const stays = { kind: "existing", systemRole: "admin" };
    expect(decideOidcAccess(byGroups, claims(), facts({ known: admin, otherActiveAdmins: 0 }))).toEqual(stays);
    expect(decideOidcAccess(byGroups, claims(), facts({ known: { ...admin, hasBreakglass: true } }))).toEqual(stays);
  });
});
