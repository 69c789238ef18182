// `mosaic qa keys` against the real api: a key that is made here leases what it may, until it is revoked.
import { ADMIN, setUpInstallation } from "../../support/core/api.ts";
import { mosaic, type CliRun } from "../../support/core/cli.ts";
import { useBroker } from "../../support/leases/credential-broker.ts";

const broker = useBroker();

beforeAll(async () => {
  await setUpInstallation(broker.api);
}, 120_000);

async function keys(...words: string[]): Promise<CliRun> {
  const env = { MOSAIC_URL: broker.api.url, MOSAIC_ADMIN_PASSWORD: ADMIN.password };
  return await mosaic(["qa", "keys", ...words, "--as", ADMIN.username], { env });
}

const acquireWith = (key: string, kind: string) =>
  broker.codeOf("/acquire", { kind, ownerId: "o", actorRole: "ci" }, { authorization: `Bearer ${key}` });

test("a key is printed alone, leases its kind and no other, is listed without its secret, and ends with its revocation", async () => {
  await broker.add("telegram-own", 2);
  const added = await keys("create", "nightly", "--role", "ci", "--kind", "telegram-own", "--expires-in-days", "90");
  expect(added).toMatchObject({ exitCode: 0 });
  const key = added.stdout.trim();
  expect(key).toMatch(/^mbk_\S+$/);
  expect(await acquireWith(key, "telegram-own")).toEqual([200, "ok"]);
  expect(await acquireWith(key, "discord")).toEqual([403, "AUTH_ROLE_MISMATCH"]);

  const listed = JSON.parse((await keys("list", "--json")).stdout).keys;
  expect(listed).toMatchObject([{ name: "nightly", role: "ci", kinds: ["telegram-own"], revokedAt: null }]);
  const [{ keyId }] = listed;
  const table = (await keys("list")).stdout;
  expect(table).toMatch(new RegExp(`${keyId} +nightly +ci +telegram-own`));
  expect(table).not.toContain(key);

  expect((await keys("revoke", keyId)).stdout).toBe(`Revoked ${keyId}.\n`);
  expect(await acquireWith(key, "telegram-own")).toEqual([401, "AUTH_INVALID"]);
});

test("a role that is none and days that are none are wrong usage, before anybody signs in", async () => {
  expect(await keys("create", "x", "--role", "root")).toMatchObject({ exitCode: 2 });
  expect(await keys("create", "x", "--role", "ci", "--expires-in-days", "0")).toMatchObject({ exitCode: 2 });
});
