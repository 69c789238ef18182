// Several processes, and an identity provider that is down, broken or misconfigured: the password lets the administrator in.
import { ADMIN } from "../../support/core/api.ts";
import { OidcBrowser } from "../../support/sign-in/oidc-browser.ts";
import { OIDC_CONFIG, refusal, useOidc } from "../../support/sign-in/oidc-world.ts";

/** Several password hashes on a machine with much else to do. */
const SLOW_MS = 180_000;
const world = useOidc();
beforeEach(() => world.forgetSettings());

describe("a second process", () => {
  test(
    "follows a change at once, with a sign-in that the first one began too",
    async () => {
      const second = await world.anotherApi();
      expect(await world.methods(second)).toEqual({ password: true, oidc: null });
      await world.use({ displayName: "Everywhere", joinRule: "everyone" });
      expect((await world.methods(second)).oidc?.displayName).toBe("Everywhere");
      world.provider.setPerson("wanderer", {});
      expect((await new OidcBrowser(second.url).signIn("wanderer")).status).toBe(200);
      await world.use({ displayName: "Invited only", joinRule: "invited" });
      world.provider.setPerson("stranger", {});
      expect((await new OidcBrowser(second.url).signIn("stranger")).status).toBe(403);
    },
    SLOW_MS,
  );
});

describe("the password", () => {
  test(
    "lets the administrator in while the provider is down, and a sign-in there says so",
    async () => {
      const fresh = await world.anotherApi();
      await world.use({ joinRule: "everyone" });
      world.provider.setPerson("half-way", {});
      const window = new OidcBrowser(world.api.url);
      const parameters = await window.signInAt(await window.begin(), "half-way");
      await world.provider.goDown();
      try {
        expect(refusal(await window.call("POST", "/api/oidc/callback", { parameters }))).toEqual([503, "OIDC_UNAVAILABLE"]);
        const start = await new OidcBrowser(fresh.url).call("POST", "/api/oidc/sign-in", {});
        expect([...refusal(start), start.headers.get("retry-after")]).toEqual([503, "OIDC_UNAVAILABLE", "10"]);
        await world.adminBrowser();
        const stored = await (await world.adminBrowser(fresh)).call("PUT", `${OIDC_CONFIG}/candidate`, world.values());
        expect(refusal(stored)).toEqual([422, "PROVIDER_TEST_FAILED", "nothing_listens"]);
      } finally {
        await world.provider.comeBack();
      }
      expect((await new OidcBrowser(fresh.url).signIn("half-way")).status).toBe(200);
    },
    SLOW_MS,
  );

  test.each(["oidc.issuerUrl", "oidc.clientId", "oidc.clientSecret", "oidc.settings"])(
    "lets the administrator in while %s is missing or nonsense; nobody is offered the provider then",
    async (key) => {
      for (const damage of [
        "DELETE FROM mosaic.system_config",
        "UPDATE mosaic.system_config SET value = '42', sealed = NULL",
      ]) {
        await world.use();
        await world.database.asOwner(`${damage} WHERE key = $1`, [key]);
        expect(await world.methods()).toEqual({ password: true, oidc: null });
        expect(refusal(await new OidcBrowser(world.api.url).call("POST", "/api/oidc/sign-in", {}))).toEqual([404, "NOT_FOUND"]);
        const window = await world.adminBrowser();
        expect((await window.call("GET", OIDC_CONFIG)).json.active).toBeNull();
      }
    },
    SLOW_MS,
  );

  test(
    "keeps an administrator with it one, whatever the groups say; and the last one without it",
    async () => {
      const window = await world.adminBrowser();
      await world.use({ joinRule: "everyone", adminGroups: ["root"] });
      world.provider.setPerson("root-linked", { groups: [] });
      const link = { path: "/api/me/identities", body: { currentPassword: ADMIN.password } };
      expect((await window.signIn("root-linked", link)).json.kind).toBe("linked");
      expect((await new OidcBrowser(world.api.url).signIn("root-linked")).json.session.user.systemRole).toBe("admin");
      await world.database.asOwner("DELETE FROM mosaic.user_identities WHERE subject = 'root-linked'");
    },
    SLOW_MS,
  );
});
