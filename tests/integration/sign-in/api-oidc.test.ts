// Sign-in through a real OpenID Connect provider, and which of its answers are refused.
import type { OidcBrowser } from "../../support/sign-in/oidc-browser.ts";
import { oidcRejected, refusal, useOidc } from "../../support/sign-in/oidc-world.ts";

/** Several password hashes on a machine with much else to do. */
const SLOW_MS = 180_000;
const world = useOidc();
beforeEach(async () => {
  await world.database.setClockOffset(0);
});

describe("a sign-in", () => {
  test(
    "opens a session, creates an account once, and leads back to the requested page",
    async () => {
      await world.use();
      world.provider.setPerson("ann-1", { email: "Ann@Example.org", email_verified: true, name: "Ann" });
      const ann = world.browser();
      const answer = await ann.signIn("ann-1", { body: { returnTo: "/chat?x=1" } });
      expect([answer.status, answer.json]).toMatchObject([
        200,
        { kind: "signed-in", returnTo: "/chat?x=1", session: { user: { name: "Ann", systemRole: "member" } } },
      ]);
      expect(ann.cookie("mosaic_pre")).toBeUndefined();
      expect((await ann.call("GET", "/api/session")).json.user.name).toBe("Ann");
      expect((await ann.call("GET", "/api/me")).json).toMatchObject({
        email: "ann@example.org",
        emailVerified: true,
        isLocalAuth: false,
        username: null,
      });
      expect((await world.browser().signIn("ann-1")).status).toBe(200);
      expect(await world.usersOf("ann@example.org")).toHaveLength(1);
    },
    SLOW_MS,
  );

  test(
    "of one new person in two windows at once makes one account",
    async () => {
      await world.use();
      world.provider.setPerson("twin", { email: "twin@example.org", email_verified: true });
      const windows = [world.browser(), world.browser(), world.browser(), world.browser()];
      const answers = await Promise.all(windows.map((window) => window.signIn("twin")));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(await world.usersOf("twin@example.org")).toHaveLength(1);
    },
    SLOW_MS,
  );

  test(
    "lasts twelve hours at most",
    async () => {
      await world.use();
      world.provider.setPerson("tired", {});
      const answer = await world.browser().signIn("tired");
      const hours = (Date.parse(answer.json.session.expiresAt) - Date.now()) / 3_600_000;
      expect(Math.round(hours)).toBe(12);
    },
    SLOW_MS,
  );

  test(
    "gives a new session id, and ends the one that was there",
    async () => {
      await world.use();
      world.provider.setPerson("again", {});
      const one = world.browser();
      await one.signIn("again");
      const before = one.cookie("mosaic_session") ?? "";
      await one.signIn("again");
      expect(one.cookie("mosaic_session")).not.toBe(before);
      const old = world.browser();
      old.plant("mosaic_session", before);
      expect((await old.call("GET", "/api/session")).status).toBe(401);
    },
    SLOW_MS,
  );

  test.each(["//e.test", "/\\e.test", "/%09/e.test", "https://e.test", "javascript:alert(1)"])(
    "that asks to come back to %s comes home",
    async (returnTo) => {
      await world.use();
      world.provider.setPerson("home", {});
      expect((await world.browser().signIn("home", { body: { returnTo } })).json.returnTo).toBe("/");
    },
    SLOW_MS,
  );

  test(
    "is audited, with the account that it made; a refused one too",
    async () => {
      await world.use();
      world.provider.setPerson("seen", { name: "Seen" });
      const answer = await world.browser().signIn("seen");
      const { id } = answer.json.session.user;
      const rows = await world.database.asOwner<{ action: string; outcome: string }>(
        "SELECT action, outcome FROM mosaic.audit_events WHERE target_id = $1 ORDER BY action",
        [id],
      );
      expect(rows).toEqual([
        { action: "session.create", outcome: "success" },
        { action: "user.create", outcome: "success" },
      ]);
      await world.browser().call("POST", "/api/oidc/callback", { parameters: { code: "x", state: "y" } });
      const denied = await world.database.asOwner(
        "SELECT 1 FROM mosaic.audit_events WHERE outcome = 'denied' AND detail->>'reason' = 'expired'",
      );
      expect(denied).toHaveLength(1);
    },
    SLOW_MS,
  );
});

describe("an answer is refused, and opens no session,", () => {
  beforeEach(async () => {
    await world.use();
    world.provider.setPerson("eve", { name: "Eve" });
  });

  async function expectRefused(window: OidcBrowser, parameters: Record<string, string>, reason: string): Promise<void> {
    const answer = await window.call("POST", "/api/oidc/callback", { parameters });
    expect(refusal(answer)).toEqual(oidcRejected(reason));
    expect(window.cookie("mosaic_session")).toBeUndefined();
  }

  test(
    "with another state",
    async () => {
      const window = world.browser();
      const parameters = await window.signInAt(await window.begin(), "eve");
      await expectRefused(window, { ...parameters, state: "A".repeat(43) }, "invalid");
    },
    SLOW_MS,
  );

  test(
    "with a nonce that was not ours",
    async () => {
      const window = world.browser();
      const url = new URL(await window.begin());
      url.searchParams.set("nonce", "somebody-elses-nonce");
      await expectRefused(window, await window.signInAt(url.href, "eve"), "invalid");
    },
    SLOW_MS,
  );

  test(
    "of another issuer",
    async () => {
      const window = world.browser();
      const parameters = await window.signInAt(await window.begin(), "eve");
      await expectRefused(window, { ...parameters, iss: "https://evil.test" }, "invalid");
    },
    SLOW_MS,
  );

  test(
    "a second time",
    async () => {
      const window = world.browser();
      const pre = async () => {
        const url = await window.begin();
        return { url, cookie: window.cookie("mosaic_pre") ?? "" };
      };
      const { url, cookie } = await pre();
      const parameters = await window.signInAt(url, "eve");
      expect((await window.call("POST", "/api/oidc/callback", { parameters })).status).toBe(200);
      const replaying = world.browser();
      replaying.plant("mosaic_pre", cookie);
      await expectRefused(replaying, parameters, "expired");
    },
    SLOW_MS,
  );

  test(
    "with the code of an earlier sign-in",
    async () => {
      const window = world.browser();
      const earlier = await window.signInAt(await window.begin(), "eve");
      await window.call("POST", "/api/oidc/callback", { parameters: earlier });
      const other = world.browser();
      const parameters = await other.signInAt(await other.begin(), "eve");
      await expectRefused(other, { ...parameters, code: earlier["code"] ?? "" }, "invalid");
    },
    SLOW_MS,
  );

  test(
    "with the code of a sign-in that another browser began",
    async () => {
      const attacker = world.browser();
      const stolen = await attacker.signInAt(await attacker.begin(), "eve");
      const victim = world.browser();
      const parameters = await victim.signInAt(await victim.begin(), "eve");
      await expectRefused(victim, { ...parameters, code: stolen["code"] ?? "" }, "invalid");
    },
    SLOW_MS,
  );

  test(
    "in another browser than the one that began it",
    async () => {
      const attacker = world.browser();
      const parameters = await attacker.signInAt(await attacker.begin(), "eve");
      await expectRefused(world.browser(), parameters, "expired");
    },
    SLOW_MS,
  );

  test(
    "when the cookie is there twice, for one of them was planted",
    async () => {
      const window = world.browser();
      const parameters = await window.signInAt(await window.begin(), "eve");
      window.plant("decoy", `1; mosaic_pre=${"x".repeat(43)}`);
      await expectRefused(window, parameters, "expired");
    },
    SLOW_MS,
  );

  test(
    "after ten minutes",
    async () => {
      const window = world.browser();
      const parameters = await window.signInAt(await window.begin(), "eve");
      await world.database.setClockOffset(601_000);
      await expectRefused(window, parameters, "expired");
    },
    SLOW_MS,
  );

  test(
    "when the provider says no",
    async () => {
      const window = world.browser();
      const state = new URL(await window.begin()).searchParams.get("state") ?? "";
      await expectRefused(window, { error: "access_denied", state, iss: world.provider.issuer }, "denied");
    },
    SLOW_MS,
  );

  test(
    "when the settings were changed in between",
    async () => {
      const window = world.browser();
      const parameters = await window.signInAt(await window.begin(), "eve");
      await world.use({ displayName: "Changed" });
      await expectRefused(window, parameters, "settings_changed");
    },
    SLOW_MS,
  );

  test(
    "when the client secret is wrong",
    async () => {
      await world.use({ clientSecret: "not the secret" });
      const window = world.browser();
      await expectRefused(window, await window.signInAt(await window.begin(), "eve"), "client");
    },
    SLOW_MS,
  );

  test(
    "when it comes from another origin",
    async () => {
      const window = world.browser();
      const parameters = await window.signInAt(await window.begin(), "eve");
      const answer = await window.call("POST", "/api/oidc/callback", { parameters }, { origin: "https://evil.test" });
      expect(refusal(answer).slice(0, 2)).toEqual([403, "CSRF_REJECTED"]);
    },
    SLOW_MS,
  );
});
