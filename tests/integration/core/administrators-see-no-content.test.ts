// A5: an administrator gets at nobody's keys, chats, memory or configuration, through whatever route and with whatever id.
import { humanTenant } from "../../../contracts/core/tenant.ts";
import type { Database } from "../../../db/core/database.ts";
import { insertApiKey } from "../../../db/keys/api-keys.ts";
import { claimStart, ensureContainerRow, recordStarted } from "../../../db/containers/containers.ts";
import { insertProvider } from "../../../db/providers/providers.ts";
import { addUser, useAdmin, useApi } from "../../support/core/api.ts";
import { canariesIn } from "../../support/core/canaries.ts";
import { describedRoutes, type DescribedRoute } from "../../support/core/described-routes.ts";
import { providerInput } from "../../support/people/people.ts";

const TIMEOUT_MS = 600_000;
/** What belongs to Anna alone. */
const CONTENT = {
  providerKey: "sk-canary-of-anna-0123456789",
  providerName: "Canary provider of Anna",
  providerAddress: "canary-models.example.test",
  personality: "canary-personality-of-anna",
  logLine: "canary: what the agent said to Anna",
} as const;
const PRIVATE_TABLES = ["llm_providers", "user_agent_configs", "personal_api_keys", "container_secrets"];

let db: Database;
const api = useApi();
const admin = useAdmin(api);
let routes: readonly DescribedRoute[];
/** Everything of Anna's that an address could name; first what stands for herself. */
let ids: readonly string[];
let canaries: Record<string, string>;
let tenant: string;

beforeAll(async () => {
  db = await api.database.openAs("api");
  routes = describedRoutes(await admin.expect(200, "GET", "/openapi.json"));
  const anna = await addUser(api, admin, "anna");
  tenant = humanTenant(anna.id);
  const { sessions } = await anna.session.expect(200, "GET", "/api/me/sessions");
  const made = await db.asTenant(humanTenant(anna.id), async (tx) => {
    const input = {
      displayName: CONTENT.providerName,
      baseUrl: `https://${CONTENT.providerAddress}`,
      apiKey: CONTENT.providerKey,
    };
    const provider = await insertProvider(tx, providerInput(input));
    const key = await insertApiKey(tx, { userId: anna.id, name: "laptop", scopes: ["chat:send"], expiresAt: null });
    return { provider, key };
  });
  await anna.session.expect(200, "PATCH", "/api/me/agent-config", { personality: CONTENT.personality });
  const container = await startContainer(anna.id);
  canaries = { ...CONTENT, apiKey: made.key.apiKey.reveal(), ...container.secrets };
  ids = [anna.id, tenant, "anna", made.provider.id, made.key.row.keyId, made.key.row.id, sessions[0].id, container.id];
}, TIMEOUT_MS);

/** A running one, with a log line that holds a piece of a chat. */
async function startContainer(userId: string): Promise<{ id: string; secrets: Record<string, string> }> {
  const worker = await api.database.openAs("worker");
  return await worker.asTenant(humanTenant(userId), async (tx) => {
    const { id } = await ensureContainerRow(tx);
    const { agentToken, gatewayToken } = await claimStart(tx, { startId: "s" });
    await recordStarted(tx, { startId: "s", host: "h", image: "i", engineContainerId: "e", address: "127.0.0.1" });
    await tx.sql("UPDATE mosaic.container_secrets SET last_log_lines = $1::jsonb", [JSON.stringify([CONTENT.logLine])]);
    return { id, secrets: { agentToken: agentToken.reveal(), gatewayToken: gatewayToken.reveal() } };
  });
}

/** The route with every id of Anna's in turn for each parameter. */
function addresses({ template }: DescribedRoute): string[] {
  if (!template.includes("{")) return [template];
  return ids.map((id) => template.replaceAll(/\{[^}]+\}/g, encodeURIComponent(id)));
}

/** Without the end of her keys: she is deactivated and let in again among the rest, and keys do not outlive that. */
async function privateRows(): Promise<unknown> {
  const rowsOf = (table: string) =>
    api.database.asOwner(`SELECT to_jsonb(t) - 'revoked_at' AS row FROM mosaic.${table} t WHERE tenant = $1 ORDER BY 1`, [
      tenant,
    ]);
  return await Promise.all(PRIVATE_TABLES.map(rowsOf));
}

/** Fails with the route's name when the answer holds something of Anna's. */
async function expectNothingOfAnnas(method: string, path: string, body?: unknown): Promise<number> {
  const answer = await admin.call(method, path, body);
  expect([method, path, canariesIn(answer.text + JSON.stringify([...answer.headers]), canaries)]).toEqual([method, path, []]);
  return answer.status;
}

test(
  "no answer to any reading call holds a piece of it",
  async () => {
    let answered = 0;
    for (const route of routes.filter(({ method }) => method === "GET")) {
      for (const path of addresses(route)) {
        if ((await expectNothingOfAnnas("GET", path)) === 200) answered += 1;
      }
    }
    // Her account and her container are shown, and all lists.
    expect(answered).toBeGreaterThan(15);
  },
  TIMEOUT_MS,
);

test.each(["userId", "tenant", "search", "actorId", "targetId"])(
  "nor with her id or name as the parameter %s",
  async (name) => {
    for (const route of routes.filter(({ method, template }) => method === "GET" && !template.includes("{"))) {
      for (const id of ids.slice(0, 3)) await expectNothingOfAnnas("GET", `${route.path}?${name}=${encodeURIComponent(id)}`);
    }
  },
  TIMEOUT_MS,
);

test(
  "no header makes an administrator act as somebody else",
  async () => {
    for (const name of ["x-oa-user-id", "x-oa-tenant-key", "x-mosaic-tenant", "x-user-id", "x-openclaw-session-key"]) {
      for (const path of ["/api/me/providers", "/api/me/keys", "/api/me/agent-config", "/api/me/agent", "/api/me/sessions"]) {
        const answer = await admin.call("GET", path, undefined, { [name]: tenant });
        expect([path, answer.status, canariesIn(answer.text, canaries)]).toEqual([path, 200, []]);
      }
    }
  },
  TIMEOUT_MS,
);

test(
  "no changing call alters her keys, her settings or her tokens, nor does its answer hold a piece of them",
  async () => {
    const before = await privateRows();
    for (const route of routes.filter(({ method, template }) => method !== "GET" && template.includes("{"))) {
      for (const path of addresses(route)) await expectNothingOfAnnas(route.method, path, route.body?.example);
    }
    expect(await privateRows()).toEqual(before);
  },
  TIMEOUT_MS,
);

test("the audit log of all this holds no piece of it either", async () => {
  const { text } = await admin.call("GET", "/api/audit-events/export");
  expect(text.split("\n").length).toBeGreaterThan(5);
  expect(canariesIn(text, canaries)).toEqual([]);
  expect(canariesIn(api.logs(), canaries)).toEqual([]);
});
