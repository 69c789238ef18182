// `mosaic agents` against the real api and Postgres: an agent's keys work exactly as long as the commands say.
import { useAdmin, useApi } from "../../support/core/api.ts";
import { mosaic } from "../../support/core/cli.ts";
import { useWorld } from "../../support/core/use-world.ts";

const api = useApi();
const admin = useAdmin(api);
const owner = useWorld(async () => {
  const scopes = ["keys:manage", "chat:send", "container:read"];
  const { apiKey } = await admin.expect(201, "POST", "/api/me/keys", { name: "cli", scopes });
  return { apiKey: String(apiKey) };
});

async function agents(...words: string[]): Promise<any> {
  const env = { MOSAIC_URL: api.url, MOSAIC_API_KEY: owner.apiKey };
  const { exitCode, stdout, stderr } = await mosaic(["agents", ...words, "--json"], { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
}

async function statusWith(apiKey: string): Promise<number> {
  return (await fetch(`${api.url}/agent/me`, { headers: { authorization: `Agent ${apiKey}` } })).status;
}

test("an agent is created, shown and listed, and its key says who it is", async () => {
  const made = await agents("create", "night-build", "--scope", "chat:send", "container:read", "--expires-in-days", "90");
  expect(made).toMatchObject({ agent: { handle: "night-build" }, key: { scopes: ["chat:send", "container:read"] } });
  expect(await statusWith(made.key.apiKey)).toBe(200);
  expect((await agents("list")).agents).toMatchObject([{ handle: "night-build", status: "active", keys: { active: 1 } }]);
  const shown = await agents("show", "night-build");
  expect(shown).toMatchObject({ keys: [{ keyId: made.key.keyId }], container: { phase: "never_started" } });
  expect(JSON.stringify(shown)).not.toContain(made.key.apiKey);
});

test("keys are created, replaced with and without an overlap, and revoked", async () => {
  const first = await agents("keys", "create", "night-build", "-d", "runner 2");
  const second = await agents("keys", "rotate", "night-build", first.keyId, "--overlap-hours", "1");
  expect([await statusWith(first.apiKey), await statusWith(second.apiKey)]).toEqual([200, 200]);
  const third = await agents("keys", "rotate", "night-build", second.keyId);
  expect([await statusWith(second.apiKey), await statusWith(third.apiKey)]).toEqual([401, 200]);
  await agents("keys", "revoke", "night-build", third.keyId);
  expect(await statusWith(third.apiKey)).toBe(401);
  const { keys } = await agents("keys", "list", "night-build");
  expect(keys.find(({ keyId }: { keyId: string }) => keyId === first.keyId)).toMatchObject({ replacedBy: second.keyId });
});

test("the keys of a disabled agent are refused, and accepted once it is enabled", async () => {
  const { apiKey } = await agents("keys", "create", "night-build");
  await agents("disable", "night-build");
  expect(await statusWith(apiKey)).toBe(401);
  await agents("enable", "night-build");
  expect(await statusWith(apiKey)).toBe(200);
});

test("a key grants no scope that the owner's key lacks", async () => {
  const env = { MOSAIC_URL: api.url, MOSAIC_API_KEY: owner.apiKey };
  const refused = await mosaic(["agents", "create", "too-much", "--scope", "settings:write"], { env });
  expect(refused).toMatchObject({ exitCode: 77, stdout: "" });
});
