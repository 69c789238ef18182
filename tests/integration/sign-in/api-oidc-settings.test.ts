// Settings of the identity provider: checked, tested by a sign-in with exactly these settings, and then activated.
import { SETUP_TOKEN_HEADER } from "../../../contracts/core/header-names.ts";
import { ADMIN, addUser, SETUP_TOKEN, startTestApi } from "../../support/core/api.ts";
import { createTestDatabase } from "../../support/core/database.ts";
import { OidcBrowser } from "../../support/sign-in/oidc-browser.ts";
import { OIDC_CONFIG, oidcRejected, refusal, useOidc } from "../../support/sign-in/oidc-world.ts";

/** Nobody listens there. */
const OTHER_ISSUER = "https://other.invalid";
/** Several password hashes on a machine with much else to do. */
const SLOW_MS = 180_000;
const world = useOidc();
beforeEach(() => world.forgetSettings());

const testSignIn = (window: OidcBrowser, subject = "the-admin") => window.signIn(subject, { path: "/api/oidc/test" });

describe("new settings", () => {
  test(
    "take effect only after a test sign-in of exactly these, which shows claims and changes nobody",
    async () => {
      const window = await world.adminBrowser();
      const stored = await window.call(
        "PUT",
        `${OIDC_CONFIG}/candidate`,
        world.values({ displayName: "Corp", adminGroups: ["root"] }),
      );
      expect(stored.json).toMatchObject({
        active: null,
        candidate: { displayName: "Corp", hasClientSecret: true, test: null },
      });
      expect(stored.json.redirectUri).toBe(`${world.api.url}/oidc/callback`);
      expect(stored.text).not.toContain(world.provider.clientSecret);
      expect(refusal(await window.call("POST", `${OIDC_CONFIG}/activate`))).toEqual([409, "CONFLICT"]);
      expect(await world.methods()).toEqual({ password: true, oidc: null });

      world.provider.setPerson("the-admin", {
        email: "boss@corp.example",
        email_verified: true,
        name: "Boss",
        groups: ["root"],
      });
      const before = await world.database.asOwner("SELECT id FROM mosaic.users");
      const tested = await testSignIn(window);
      expect([tested.status, tested.json]).toMatchObject([
        200,
        {
          kind: "tested",
          result: {
            subject: "the-admin",
            email: "boss@corp.example",
            emailVerified: true,
            groups: ["root"],
            systemRole: "admin",
            mayJoin: true,
          },
        },
      ]);
      expect(await world.database.asOwner("SELECT id FROM mosaic.users")).toEqual(before);
      expect(await world.methods()).toEqual({ password: true, oidc: null });
      const active = await window.call("POST", `${OIDC_CONFIG}/activate`);
      expect(active.json).toMatchObject({ active: { displayName: "Corp", revision: 1 }, candidate: null });
      expect(await world.methods()).toEqual({ password: true, oidc: { displayName: "Corp" } });
      expect((await new OidcBrowser(world.api.url).signIn("the-admin")).json.session.user.systemRole).toBe("admin");
    },
    SLOW_MS,
  );

  test(
    "whose test fails leave the old ones in effect; so do untested ones",
    async () => {
      await world.use({ displayName: "Old", joinRule: "everyone" });
      world.provider.setPerson("user", {});
      const window = await world.adminBrowser();
      await window.call("PUT", `${OIDC_CONFIG}/candidate`, world.values({ displayName: "New", clientSecret: "wrong" }));
      const failed = await testSignIn(window);
      expect(refusal(failed)).toEqual(oidcRejected("client"));
      expect(refusal(await window.call("POST", `${OIDC_CONFIG}/activate`))).toEqual([409, "CONFLICT"]);
      expect((await world.methods()).oidc?.displayName).toBe("Old");
      expect((await new OidcBrowser(world.api.url).signIn("user")).status).toBe(200);
      expect((await window.call("DELETE", `${OIDC_CONFIG}/candidate`)).status).toBe(204);
      expect((await window.call("GET", OIDC_CONFIG)).json).toMatchObject({ active: { displayName: "Old" }, candidate: null });
    },
    SLOW_MS,
  );

  test(
    "need a new test after every change, also one that was made while they were tested",
    async () => {
      const window = await world.adminBrowser();
      await window.call("PUT", `${OIDC_CONFIG}/candidate`, world.values());
      world.provider.setPerson("the-admin", {});
      expect((await testSignIn(window)).status).toBe(200);
      const changed = await window.call("PUT", `${OIDC_CONFIG}/candidate`, world.values({ displayName: "Other" }));
      expect(changed.json.candidate.test).toBeNull();
      const parameters = await window.signInAt(await window.begin({ path: "/api/oidc/test" }), "the-admin");
      await window.call("PUT", `${OIDC_CONFIG}/candidate`, world.values({ displayName: "Third" }));
      const late = await window.call("POST", "/api/oidc/callback", { parameters });
      expect(late.json.error.details).toEqual({ reason: "settings_changed", purpose: "test" });
      expect(refusal(await window.call("POST", `${OIDC_CONFIG}/activate`))).toEqual([409, "CONFLICT"]);
    },
    SLOW_MS,
  );

  test(
    "keep the secret for the same issuer, and ask for it for another",
    async () => {
      await world.use();
      const window = await world.adminBrowser();
      const { clientSecret: _, ...without } = world.values();
      expect((await window.call("PUT", `${OIDC_CONFIG}/candidate`, without)).status).toBe(200);
      world.provider.setPerson("the-admin", {});
      expect((await testSignIn(window)).status).toBe(200);
      const elsewhere = await window.call("PUT", `${OIDC_CONFIG}/candidate`, { ...without, issuerUrl: OTHER_ISSUER });
      expect([elsewhere.status, elsewhere.json.error.validations[0].path]).toEqual([422, "clientSecret"]);
    },
    SLOW_MS,
  );

  test(
    "are stored with a sealed secret that opens for no other issuer",
    async () => {
      await world.use();
      const [row] = await world.database.asOwner<{ sealed: string }>(
        "SELECT sealed FROM mosaic.system_config WHERE key = 'oidc.clientSecret'",
      );
      expect(row?.sealed).toMatch(/^enc:v1:/);
      await world.database.asOwner("UPDATE mosaic.system_config SET value = to_jsonb($1::text) WHERE key = 'oidc.issuerUrl'", [
        OTHER_ISSUER,
      ]);
      const answer = await new OidcBrowser(world.api.url).call("POST", "/api/oidc/sign-in", {});
      expect(refusal(answer)).toEqual([500, "SECRET_UNREADABLE"]);
      await world.adminBrowser();
    },
    SLOW_MS,
  );

  test(
    "are audited at every step, without the secret",
    async () => {
      const window = await world.adminBrowser();
      await window.call("PUT", `${OIDC_CONFIG}/candidate`, world.values());
      world.provider.setPerson("the-admin", {});
      await testSignIn(window);
      await window.call("POST", `${OIDC_CONFIG}/activate`);
      await window.call("DELETE", OIDC_CONFIG);
      const rows = await world.database.asOwner<{ action: string; detail: unknown }>(
        "SELECT action, detail FROM mosaic.audit_events WHERE action LIKE 'oidc.%' AND outcome = 'success' ORDER BY occurred_at DESC LIMIT 4",
      );
      expect(rows.map(({ action }) => action)).toEqual(["oidc.delete", "oidc.activate", "oidc.test", "oidc.candidate"]);
      expect(JSON.stringify(rows)).not.toContain(world.provider.clientSecret);
      expect(world.api.logs()).not.toContain(world.provider.clientSecret);
      expect(await world.methods()).toEqual({ password: true, oidc: null });
    },
    SLOW_MS,
  );

  test(
    "are for administrators alone, and a test ends in the browser of the one who began it",
    async () => {
      const window = await world.adminBrowser();
      const member = await addUser(world.api, world.admin, `member-${Date.now()}`);
      for (const [method, path] of [
        ["GET", OIDC_CONFIG],
        ["POST", `${OIDC_CONFIG}/activate`],
        ["POST", "/api/oidc/test"],
      ] as const)
        expect((await member.session.call(method, path)).status).toBe(403);
      await window.call("PUT", `${OIDC_CONFIG}/candidate`, world.values());
      world.provider.setPerson("the-admin", {});
      const parameters = await window.signInAt(await window.begin({ path: "/api/oidc/test" }), "the-admin");
      window.plant("mosaic_session", member.session.cookie.split("=")[1] ?? "");
      const answer = await window.call("POST", "/api/oidc/callback", { parameters });
      expect(answer.json.error.details).toEqual({ reason: "expired", purpose: "test" });
    },
    SLOW_MS,
  );
});

describe("during the set-up", () => {
  test(
    "the settings are stored, tested and activated before it is finished",
    async () => {
      const fresh = await createTestDatabase();
      const first = await startTestApi(fresh);
      try {
        const window = new OidcBrowser(first.url);
        await window.call("POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
        const { joinRule: _, ...step } = world.values();
        expect((await window.call("POST", "/api/onboarding/oidc", step)).json).toEqual({ issuerUrl: world.provider.issuer });
        expect((await window.call("GET", OIDC_CONFIG)).json).toMatchObject({
          active: null,
          candidate: { joinRule: "invited", emailRule: "invite", test: null },
        });
        world.provider.setPerson("first", {});
        expect((await testSignIn(window, "first")).json).toMatchObject({ kind: "tested", result: { mayJoin: false } });
        expect((await window.call("POST", `${OIDC_CONFIG}/activate`)).json.active.issuerUrl).toBe(world.provider.issuer);
        expect((await world.methods(first)).oidc).not.toBeNull();
      } finally {
        await first.close();
        await fresh.drop();
      }
    },
    SLOW_MS,
  );
});
