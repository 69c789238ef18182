// Who may sign in through the identity provider, with which role, and identities linked to accounts.
import { ADMIN } from "../../support/core/api.ts";
import type { OidcBrowser } from "../../support/sign-in/oidc-browser.ts";
import { oidcRejected, refusal, useOidc } from "../../support/sign-in/oidc-world.ts";

/** Several password hashes on a machine with much else to do. */
const SLOW_MS = 180_000;
const world = useOidc();

describe("who may come in", () => {
  test(
    "nobody without an invitation if invitations are required",
    async () => {
      await world.use({ joinRule: "invited" });
      world.provider.setPerson("uninvited", { email: "uninvited@example.org", email_verified: true });
      expect(refusal(await world.browser().signIn("uninvited"))).toEqual(oidcRejected("no_access"));
      expect(await world.usersOf("uninvited@example.org")).toEqual([]);
    },
    SLOW_MS,
  );

  test(
    "somebody of an allowed domain, when the provider calls the address verified",
    async () => {
      await world.use({ joinRule: "domains", allowedDomains: ["corp.example"] });
      const people: [string, object, number][] = [
        ["d1", { email: "a@corp.example", email_verified: true }, 200],
        ["d2", { email: "b@corp.example" }, 403],
        ["d3", { email: "c@corp.example", email_verified: "true" }, 403],
        ["d4", { email: "d@evil-corp.example", email_verified: true }, 403],
        ["d5", { email: "e@corp.example.evil.test", email_verified: true }, 403],
      ];
      for (const [subject, person, status] of people) {
        world.provider.setPerson(subject, person);
        expect([subject, (await world.browser().signIn(subject)).status]).toEqual([subject, status]);
      }
    },
    SLOW_MS,
  );

  test(
    "someone whose address the provider says nothing about, only if such addresses are treated as verified",
    async () => {
      const rules = { joinRule: "domains" as const, allowedDomains: ["silent.example"] };
      world.provider.setPerson("silent", { email: "s@silent.example" });
      await world.use(rules);
      expect(refusal(await world.browser().signIn("silent"))).toEqual(oidcRejected("no_access"));
      await world.use({ ...rules, assumesEmailVerified: true });
      for (const word of [false, "true", "", null]) {
        world.provider.setPerson("said", { email: "t@silent.example", email_verified: word });
        expect([word, (await world.browser().signIn("said")).status]).toEqual([word, 403]);
      }
      expect((await world.browser().signIn("silent")).status).toBe(200);
      await world.admin.expect(201, "POST", "/api/invites", { email: "invited@silent.test", systemRole: "admin" });
      world.provider.setPerson("silent-invited", { email: "invited@silent.test" });
      expect((await world.browser().signIn("silent-invited")).status).toBe(200);
      expect(await world.usersOf("invited@silent.test")).toMatchObject([{ role: "admin" }]);
    },
    SLOW_MS,
  );

  test(
    "never an account that is there already, whatever address is claimed",
    async () => {
      await world.admin.expect(201, "POST", "/api/users", {
        ...{ username: "victim", password: "victim has a long secret", email: "victim@example.org" },
      });
      await world.use();
      for (const verified of [true, "true", false, undefined]) {
        world.provider.setPerson(`thief-${verified}`, { email: "victim@example.org", email_verified: verified });
        expect(refusal(await world.browser().signIn(`thief-${verified}`))).toEqual(oidcRejected("no_access"));
      }
      const [{ id } = { id: "" }] = await world.usersOf("victim@example.org");
      expect(await world.database.asOwner("SELECT 1 FROM mosaic.user_identities WHERE user_id = $1", [id])).toEqual([]);
    },
    SLOW_MS,
  );

  test(
    "an invited person by their verified address, with the invitation's role, once",
    async () => {
      await world.use({ joinRule: "invited", emailRule: "invite" });
      await world.admin.expect(201, "POST", "/api/invites", { email: "Guest@example.org", systemRole: "admin" });
      for (const verified of ["true", undefined]) {
        world.provider.setPerson(`imposter-${verified}`, { email: "guest@example.org", email_verified: verified });
        expect(refusal(await world.browser().signIn(`imposter-${verified}`))).toEqual(oidcRejected("no_access"));
      }
      world.provider.setPerson("guest", { email: "guest@example.org", email_verified: true });
      const answer = await world.browser().signIn("guest");
      expect(answer.json).toMatchObject({ kind: "signed-in", session: { user: { systemRole: "admin" } } });
      const open = await world.admin.expect(200, "GET", "/api/invites?search=guest@example.org");
      expect(open.invites).toEqual([]);
    },
    SLOW_MS,
  );

  test(
    "by address not even an invited one, where that is switched off; but by the link",
    async () => {
      await world.use({ joinRule: "invited", emailRule: "none" });
      const { link } = await world.admin.expect(201, "POST", "/api/invites", { email: "linked@example.org" });
      const inviteToken = String(link).split("#")[1];
      world.provider.setPerson("by-address", { email: "linked@example.org", email_verified: true });
      expect(refusal(await world.browser().signIn("by-address"))).toEqual(oidcRejected("no_access"));
      world.provider.setPerson("someone-else", { email: "someone.else@example.org", email_verified: true });
      expect(refusal(await world.browser().signIn("someone-else", { body: { inviteToken } }))).toEqual(
        oidcRejected("no_access"),
      );
      expect((await world.browser().signIn("by-address", { body: { inviteToken } })).status).toBe(200);
      const dead = await world.browser().call("POST", "/api/oidc/sign-in", { inviteToken });
      expect(refusal(dead).slice(0, 2)).toEqual([410, "INVITE_GONE"]);
    },
    SLOW_MS,
  );

  test(
    "nobody who was deactivated, and they may come again when they are reactivated",
    async () => {
      await world.use();
      world.provider.setPerson("leaver", { name: "Leaver" });
      const window = world.browser();
      const { id } = (await window.signIn("leaver")).json.session.user;
      await world.admin.expect(202, "POST", `/api/users/${id}/deactivate`, { reason: "Left." });
      expect((await window.call("GET", "/api/session")).status).toBe(401);
      expect(refusal(await world.browser().signIn("leaver"))).toEqual(oidcRejected("no_access"));
      await world.admin.expect(200, "POST", `/api/users/${id}/reactivate`);
      expect((await world.browser().signIn("leaver")).status).toBe(200);
    },
    SLOW_MS,
  );
});

describe("groups", () => {
  const roleOf = async (subject: string) => (await world.browser().signIn(subject)).json.session.user.systemRole;

  test(
    "make an administrator at the next sign-in and take the role away again, with the sessions it had",
    async () => {
      await world.use({ adminGroups: ["fleet-admins"] });
      world.provider.setPerson("climber", { groups: ["staff"] });
      expect(await roleOf("climber")).toBe("member");
      world.provider.setPerson("climber", { groups: ["staff", "fleet-admins"] });
      const window = world.browser();
      await window.signIn("climber");
      expect((await window.call("GET", "/api/users")).status).toBe(200);
      world.provider.setPerson("climber", { groups: ["staff"] });
      expect(await roleOf("climber")).toBe("member");
      expect((await window.call("GET", "/api/users")).status).toBe(401);
    },
    SLOW_MS,
  );

  test(
    "leave roles alone where none is named",
    async () => {
      await world.use({ adminGroups: [] });
      world.provider.setPerson("kept", { groups: ["fleet-admins"] });
      const window = world.browser();
      const { id, systemRole } = (await window.signIn("kept")).json.session.user;
      expect(systemRole).toBe("member");
      await world.admin.expect(200, "PATCH", `/api/users/${id}`, { systemRole: "admin" });
      world.provider.setPerson("kept", { groups: [] });
      expect(await roleOf("kept")).toBe("admin");
    },
    SLOW_MS,
  );
});

describe("linking", () => {
  async function signedIn(username: string): Promise<OidcBrowser> {
    const password = `${username} has a long secret`;
    await world.admin.call("POST", "/api/users", { username, password, email: `${username}@example.org` });
    const window = world.browser();
    expect((await window.call("POST", "/api/session", { username, password })).status).toBe(201);
    return window;
  }
  const start = (username: string) => ({
    path: "/api/me/identities",
    body: { currentPassword: `${username} has a long secret`, returnTo: "/settings/profile" },
  });

  test(
    "needs the password, gives a new session, and from then on the identity signs in to that account",
    async () => {
      await world.use({ joinRule: "invited" });
      world.provider.setPerson("lin", { email: "lin@example.org", email_verified: true });
      const window = await signedIn("lin");
      const wrong = await window.call("POST", "/api/me/identities", { currentPassword: "no" });
      expect([wrong.status, wrong.json.error.validations[0].path]).toEqual([422, "currentPassword"]);
      const before = window.cookie("mosaic_session");
      const answer = await window.signIn("lin", start("lin"));
      expect([answer.status, answer.json.kind, answer.json.returnTo]).toEqual([200, "linked", "/settings/profile"]);
      expect(window.cookie("mosaic_session")).not.toBe(before);
      expect((await window.call("GET", "/api/me")).json.emailVerified).toBe(true);
      expect((await world.browser().signIn("lin")).json.session.user.id).toBe(answer.json.session.user.id);
      const { identities } = (await window.call("GET", "/api/me/identities")).json;
      expect(identities).toMatchObject([{ issuer: world.provider.issuer }]);
      expect((await window.call("DELETE", `/api/me/identities/${identities[0].id}`)).status).toBe(204);
      expect(refusal(await world.browser().signIn("lin"))).toEqual(oidcRejected("no_access"));
    },
    SLOW_MS,
  );

  test(
    "is refused for an identity of somebody else, and in a browser where somebody else is signed in",
    async () => {
      await world.use();
      world.provider.setPerson("owner-of-it", {});
      await world.browser().signIn("owner-of-it");
      const window = await signedIn("grabber");
      expect(refusal(await window.signIn("owner-of-it", start("grabber")))).toEqual(oidcRejected("linked_elsewhere"));
      world.provider.setPerson("fresh", {});
      const parameters = await window.signInAt(await window.begin(start("grabber")), "fresh");
      await window.call("POST", "/api/session", ADMIN);
      expect(refusal(await window.call("POST", "/api/oidc/callback", { parameters }))).toEqual(oidcRejected("expired"));
    },
    SLOW_MS,
  );
});
