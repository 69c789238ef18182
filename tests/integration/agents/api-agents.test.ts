// Agents with keys of their own, over HTTP: made by people, known by their keys, changed and ended by their owners.
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { addUser, useAdmin, useApi, type TestUser } from "../../support/core/api.ts";
import type { Answer } from "../../support/core/api-session.ts";

const api = useApi();
const admin = useAdmin(api);
let ann: TestUser;
let people = 0;

beforeEach(async () => {
  people += 1;
  ann = await addUser(api, admin, `ann-${people}`);
});

interface MadeAgent {
  readonly agentUserId: string;
  readonly apiKey: string;
  readonly keyId: string;
}

const signUp = (owner: TestUser, body: object = {}): Promise<MadeAgent> =>
  owner.session.expect(201, "POST", "/agent/signup", body);
const by = (key: string) => ({ authorization: `Agent ${key}` });
const call = (key: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  api.session().call(method, path, body, by(key));
const statusOf = async (key: string): Promise<number> => (await call(key, "GET", "/agent/me")).status;
const MANAGING = { scopes: ["chat:send", "keys:manage"] };

async function personalKey(owner: TestUser, scopes: readonly string[], expiresAt?: string): Promise<string> {
  return (await owner.session.expect(201, "POST", "/api/me/keys", { name: "k", scopes, expiresAt })).apiKey;
}

describe("signing up", () => {
  test("makes an agent of the caller's, with the least scope and a key that is shown once", async () => {
    const made = await signUp(ann, { handle: "scout", description: "Looks around." });
    const me = await call(made.apiKey, "GET", "/agent/me");
    expect(me.json).toMatchObject({
      ...{ agentUserId: made.agentUserId, handle: "scout", ownerId: ann.id, keyId: made.keyId, status: "active" },
      ...{ description: "Looks around.", scopes: ["chat:send"] },
    });
    const detail = await ann.session.call("GET", `/api/agents/${made.agentUserId}`);
    expect(detail.json.keys).toEqual([expect.objectContaining({ keyId: made.keyId, lastFour: made.apiKey.slice(-4) })]);
    expect(detail.text).not.toContain(made.apiKey);
  });

  test("is answered under the prefix /api too", async () => {
    expect(await ann.session.expect(201, "POST", "/api/agent/signup", {})).toHaveProperty("apiKey");
  });

  test("is refused in words for someone unknown, and with 401 for a key that does not count", async () => {
    const unknown = await api.session().call("POST", "/agent/signup", {});
    expect([unknown.status, unknown.json.error.message]).toEqual([403, expect.stringContaining("cannot sign themselves up")]);
    expect((await api.session().call("POST", "/agent/signup", {}, by("oak_live_nonsense"))).status).toBe(401);
  });

  test("nobody chooses another owner", async () => {
    const other = await addUser(api, admin, `other-${people}`);
    const asked = async (owner: string) => (await ann.session.call("POST", "/agent/signup", { owner })).status;
    expect([await asked(other.id), await asked(ann.id)]).toEqual([403, 201]);
  });

  test("a handle is one owner's once, and another owner's too", async () => {
    const other = await addUser(api, admin, `other-${people}`);
    const asked = async ({ session }: TestUser) => (await session.call("POST", "/agent/signup", { handle: "scout" })).status;
    expect([await asked(ann), await asked(ann), await asked(other)]).toEqual([201, 409, 201]);
  });

  test("by a personal key, no scope is given that the key lacks", async () => {
    const key = await personalKey(ann, ["chat:send", "keys:manage"]);
    const asKey = { authorization: `Bearer ${key}` };
    const wider = await api.session().call("POST", "/agent/signup", { scopes: ["lease:use"] }, asKey);
    expect([wider.status, wider.json.error.message]).toEqual([403, expect.stringContaining("lease:use")]);
    expect((await api.session().call("POST", "/agent/signup", { scopes: ["chat:send"] }, asKey)).status).toBe(201);
  });

  test("an agent makes no agents", async () => {
    const { apiKey } = await signUp(ann, MANAGING);
    expect((await call(apiKey, "POST", "/agent/signup", {})).status).toBe(403);
  });
});

describe("an agent's key", () => {
  test("counts in each of its carriers, and not in two at once", async () => {
    const { apiKey } = await signUp(ann);
    const answers = [
      { authorization: `Agent ${apiKey}` },
      { authorization: `Bearer ${apiKey}` },
      { "x-oa-agent-key": apiKey },
      { "x-oa-agent-key": apiKey, authorization: `Bearer ${apiKey}` },
      { "x-oa-agent-key": `${apiKey}, ${apiKey}` },
    ].map(async (headers) => (await api.session().call("GET", "/api/agent/me", undefined, headers)).status);
    expect(await Promise.all(answers)).toEqual([200, 200, 200, 400, 401]);
    expect((await ann.session.call("GET", "/agent/me", undefined, { "x-oa-agent-key": apiKey })).status).toBe(400);
  });

  test("counts neither with another secret nor with another's", async () => {
    const [one, other] = [await signUp(ann), await signUp(ann)];
    const secretOf = (key: string): string => key.slice(key.lastIndexOf("_"));
    expect(await statusOf(one.keyId + secretOf(other.apiKey))).toBe(401);
    expect(await statusOf(`${one.apiKey.slice(0, -1)}${one.apiKey.endsWith("0") ? "1" : "0"}`)).toBe(401);
  });

  test("does what its scopes say and nothing else", async () => {
    const { apiKey } = await signUp(ann, { scopes: ["container:read"] });
    expect((await call(apiKey, "GET", "/api/me/agent")).json).toMatchObject({ status: "stopped", generation: 0 });
    expect((await call(apiKey, "POST", "/api/me/agent/stop", {})).status).toBe(403);
    expect((await call(apiKey, "GET", "/api/me/providers")).status).toBe(403);
    expect((await call(apiKey, "GET", "/agent/keys")).status).toBe(403);
  });

  test("opens no door of a person: not their account, not their keys, not their agents", async () => {
    const { apiKey } = await signUp(ann, { scopes: ["keys:manage", "settings:read", "settings:write", "container:read"] });
    for (const path of ["/api/me", "/api/me/keys", "/api/agents", "/api/workspaces", "/api/users", "/api/admin/agents"]) {
      expect([path, (await call(apiKey, "GET", path)).status]).toEqual([path, 403]);
    }
  });

  test("headers that claim to be someone else change nothing", async () => {
    const { apiKey, agentUserId } = await signUp(ann);
    const other = await signUp(ann);
    const forged = { "x-oa-user-id": other.agentUserId, "x-oa-tenant-key": humanTenant(ann.id) };
    const answer = await api.session().call("GET", "/agent/me", undefined, { ...by(apiKey), ...forged });
    expect(answer.json.agentUserId).toBe(agentUserId);
    expect((await api.session().call("GET", "/agent/me", undefined, forged)).status).toBe(401);
  });

  test("new scopes count from the next call on, and are on record with the old ones", async () => {
    const { apiKey, agentUserId, keyId } = await signUp(ann);
    expect((await call(apiKey, "GET", "/api/me/agent")).status).toBe(403);
    await ann.session.expect(200, "PATCH", `/api/agents/${agentUserId}/keys/${keyId}`, { scopes: ["container:read"] });
    expect((await call(apiKey, "GET", "/api/me/agent")).status).toBe(200);
    expect(await auditOf(keyId)).toEqual([
      ["agent-key.update", { agentUserId, fields: ["scopes"], scopes: ["container:read"], scopesBefore: ["chat:send"] }],
    ]);
  });
});

async function auditOf(targetId: string): Promise<[string, unknown][]> {
  const { events } = await admin.expect(200, "GET", `/api/audit-events?targetId=${targetId}`);
  return events.map(({ action, detail }: { action: string; detail: unknown }) => [action, detail]);
}

describe("a key that a key makes", () => {
  test("has no scope and no life beyond its maker's", async () => {
    const { agentUserId } = await signUp(ann);
    const { apiKey } = await ann.session.expect(201, "POST", `/api/agents/${agentUserId}/keys`, {
      ...MANAGING,
      expiresInDays: 10,
    });
    expect((await call(apiKey, "POST", "/agent/keys", { scopes: ["container:read"] })).status).toBe(403);
    expect((await call(apiKey, "POST", "/agent/keys", { scopes: ["chat:send"], expiresInDays: 11 })).status).toBe(403);
    const child = await call(apiKey, "POST", "/agent/keys", { scopes: ["chat:send"] });
    const parent = (await call(apiKey, "GET", "/agent/keys")).json.keys.find(({ scopes }: { scopes: string[] }) =>
      scopes.includes("keys:manage"),
    );
    expect([child.status, child.json.expiresAt]).toEqual([201, parent.expiresAt]);
  });

  test("is the calling agent's own, whatever agent is named", async () => {
    const [one, other] = [await signUp(ann, MANAGING), await signUp(ann)];
    expect((await call(one.apiKey, "POST", "/agent/keys", { agentUserId: other.agentUserId })).status).toBe(404);
    expect((await call(one.apiKey, "POST", "/agent/keys", { agentUserId: one.agentUserId })).status).toBe(201);
    await ann.session.expect(422, "POST", "/agent/keys", {});
    await ann.session.expect(201, "POST", "/agent/keys", { agentUserId: other.agentUserId });
  });
});

describe("revoking a key", () => {
  test("counts at once, is fine a second time, and is on record", async () => {
    const { apiKey, keyId, agentUserId } = await signUp(ann);
    expect(await statusOf(apiKey)).toBe(200);
    await ann.session.expect(204, "POST", `/agent/keys/${keyId}/revoke`);
    expect(await statusOf(apiKey)).toBe(401);
    await ann.session.expect(204, "POST", `/api/agents/${agentUserId}/keys/${keyId}/revoke`);
    expect(await auditOf(keyId)).toEqual(Array.from({ length: 2 }, () => ["agent-key.revoke", { agentUserId }]));
  });

  test("an agent revokes its own keys and no other's", async () => {
    const [one, other] = [await signUp(ann, MANAGING), await signUp(ann)];
    expect((await call(one.apiKey, "POST", `/agent/keys/${other.keyId}/revoke`)).status).toBe(404);
    expect((await call(one.apiKey, "POST", `/agent/keys/${one.keyId}/revoke`)).status).toBe(204);
    expect([await statusOf(one.apiKey), await statusOf(other.apiKey)]).toEqual([401, 200]);
  });
});

describe("replacing a key", () => {
  const rotate = ({ agentUserId, keyId }: MadeAgent, overlapHours: number): Promise<{ keyId: string; apiKey: string }> =>
    ann.session.expect(201, "POST", `/api/agents/${agentUserId}/keys/${keyId}/rotate`, { overlapHours });

  test("without overlap the old one stops at once", async () => {
    const made = await signUp(ann, MANAGING);
    const next = await rotate(made, 0);
    expect([await statusOf(made.apiKey), await statusOf(next.apiKey)]).toEqual([401, 200]);
    expect((await call(next.apiKey, "GET", "/agent/me")).json.scopes).toEqual(MANAGING.scopes);
  });

  test("with an overlap both work, the old one no longer than it", async () => {
    const made = await signUp(ann);
    const next = await rotate(made, 1);
    expect([await statusOf(made.apiKey), await statusOf(next.apiKey)]).toEqual([200, 200]);
    const { keys } = await ann.session.expect(200, "GET", `/api/agents/${made.agentUserId}`);
    expect(keys[1]).toMatchObject({ keyId: made.keyId, replacedBy: next.keyId, revokedAt: null });
    const [left] = await api.database.asOwner<{ minutes: number }>(
      "SELECT round(extract(epoch FROM expires_at - created_at) / 60)::int AS minutes FROM mosaic.agent_api_keys WHERE key_id = $1",
      [made.keyId],
    );
    expect(left).toEqual({ minutes: 60 });
    await ann.session.expect(409, "POST", `/api/agents/${made.agentUserId}/keys/${made.keyId}/rotate`, { overlapHours: 1 });
  });

  test("it is refused from the end of the overlap on, also if nothing revokes it", async () => {
    const made = await signUp(ann);
    await rotate(made, 24);
    await api.database.asOwner("UPDATE mosaic.agent_api_keys SET expires_at = mosaic.now() WHERE key_id = $1", [made.keyId]);
    expect(await statusOf(made.apiKey)).toBe(401);
  });
});

describe("an agent", () => {
  test("that its owner disables is refused until it is enabled", async () => {
    const { apiKey, agentUserId } = await signUp(ann);
    await ann.session.expect(200, "PATCH", `/api/agents/${agentUserId}`, { status: "disabled" });
    expect(await statusOf(apiKey)).toBe(401);
    await ann.session.expect(200, "PATCH", `/api/agents/${agentUserId}`, { status: "active" });
    expect(await statusOf(apiKey)).toBe(200);
  });

  test("that an administrator disables is the administrator's to enable", async () => {
    const { apiKey, agentUserId } = await signUp(ann, { handle: `noisy-${people}` });
    const disabled = await admin.expect(200, "POST", `/api/admin/agents/${agentUserId}/disable`, { reason: "Too loud." });
    expect(disabled).toMatchObject({ disabledBy: "administrator", disabledReason: "Too loud.", keys: { active: 1, total: 1 } });
    expect(await statusOf(apiKey)).toBe(401);
    await ann.session.expect(403, "PATCH", `/api/agents/${agentUserId}`, { status: "active" });
    await admin.expect(200, "POST", `/api/admin/agents/${agentUserId}/enable`, { reason: "Mended." });
    expect(await statusOf(apiKey)).toBe(200);
  });

  test("of a deactivated owner is refused at once, and stays disabled until the owner enables it", async () => {
    const { apiKey, agentUserId } = await signUp(ann);
    await admin.expect(202, "POST", `/api/users/${ann.id}/deactivate`, { reason: "Left." });
    expect(await statusOf(apiKey)).toBe(401);
    await admin.expect(200, "POST", `/api/users/${ann.id}/reactivate`);
    expect(await statusOf(apiKey)).toBe(401);
    await ann.session.expect(201, "POST", "/api/session", { username: ann.name, password: `${ann.name} has a long secret` });
    const agent = await ann.session.expect(200, "PATCH", `/api/agents/${agentUserId}`, { status: "active" });
    expect([agent.disabledBy, await statusOf(apiKey)]).toEqual([null, 200]);
  });

  test("is nobody's but its owner's to see", async () => {
    const other = await addUser(api, admin, `other-${people}`);
    const { agentUserId } = await signUp(ann);
    await other.session.expect(404, "GET", `/api/agents/${agentUserId}`);
    await admin.expect(404, "GET", `/api/agents/${agentUserId}`);
    await other.session.expect(404, "PATCH", `/api/agents/${agentUserId}`, { description: "Mine now." });
    expect((await other.session.expect(200, "GET", "/api/agents")).agents).toEqual([]);
  });

  test("administrators see whose it is and whether it acts, and no description", async () => {
    const { agentUserId } = await signUp(ann, { handle: `seen-${people}`, description: "canary" });
    const answer = await admin.call("GET", `/api/admin/agents?search=seen-${people}`);
    expect(answer.json.agents).toEqual([
      expect.objectContaining({ agentUserId, owner: { id: ann.id, name: ann.name }, status: "active" }),
    ]);
    expect(answer.text).not.toContain("canary");
  });

  test("changes its own description with the scope for it, and nothing of anyone else", async () => {
    const { apiKey } = await signUp(ann, { scopes: ["settings:write"] });
    const changed = await call(apiKey, "PATCH", "/agent/me", { description: "Builds at night." });
    expect([changed.status, changed.json.description]).toEqual([200, "Builds at night."]);
    expect((await call(apiKey, "PATCH", "/agent/me", { status: "disabled" })).status).toBe(422);
  });
});
