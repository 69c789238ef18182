// Names that people see: what hides, reorders or breaks text is refused, and shown as such where it is stored already.
import { randomUUID } from "node:crypto";
import { useAdmin, useApi, useUser } from "../../support/core/api.ts";

const api = useApi();
const admin = useAdmin(api);
const ann = useUser(api, admin, "ann");
let workspaceId: string;

beforeAll(async () => {
  ({ id: workspaceId } = await admin.expect(201, "POST", "/api/workspaces", { name: "Home" }));
});

const PASSWORD = "a long password for a test";
const PROVIDER = { name: "lab", type: "openai", apiKey: "sk-0123456789", models: ["gpt-4o-mini"] };
const HIDING = ["An\u202enimda", "An\u200bn", "Ann\u001b[2J", "Ann\nroot", "Ann\u2028root", "\u3164"];

const FIELDS: readonly (readonly [string, string, () => string, (name: string) => object])[] = [
  ["a new person", "POST", () => "/api/users", (name) => ({ username: `u-${randomUUID()}`, name, password: PASSWORD })],
  ["a person", "PATCH", () => `/api/users/${ann.id}`, (name) => ({ name })],
  ["oneself", "PATCH", () => "/api/me", (name) => ({ name })],
  ["a workspace", "POST", () => "/api/workspaces", (name) => ({ name })],
  ["a team", "POST", () => `/api/workspaces/${workspaceId}/teams`, (name) => ({ name })],
  ["a provider", "POST", () => "/api/me/providers", (displayName) => ({ ...PROVIDER, displayName })],
  ["a personal key", "POST", () => "/api/me/keys", (name) => ({ name })],
  ["a broker's key", "POST", () => "/api/admin/credential-keys", (name) => ({ name, role: "ci" })],
  [
    "a system agent",
    "POST",
    () => "/api/system-agents",
    (displayName) => ({ name: "night-watch", displayName, role: "monitor" }),
  ],
  [
    "the identity provider",
    "PUT",
    () => "/api/system-config/oidc/candidate",
    (displayName) => ({ issuerUrl: "https://id.example.org", clientId: "x", clientSecret: "y", displayName }),
  ],
];

test.each(FIELDS)("the name of %s is one line of visible characters", async (_, method, path, body) => {
  for (const name of HIDING) {
    const { status, json } = await admin.call(method, path(), body(name));
    expect([name, status, json.error?.validations?.[0]?.message]).toEqual([
      name,
      422,
      "Remove line breaks and invisible characters.",
    ]);
  }
});

test("the name of a model hides nothing", async () => {
  for (const name of HIDING) {
    const body = { ...PROVIDER, displayName: "Lab", models: [{ id: "m", name }] };
    expect((await admin.call("POST", "/api/me/providers", body)).status).toBe(422);
  }
});

test("a reason and a description may have lines, and hide nothing either", async () => {
  const described = { name: "Lines", description: "One\nTwo" };
  expect(await admin.expect(201, "POST", "/api/workspaces", described)).toMatchObject(described);
  for (const description of ["One\u202eTwo", "One\u001b[2J"])
    expect((await admin.call("POST", "/api/workspaces", { ...described, description })).status).toBe(422);
});

test("a name that was stored before is shown with marks where it hides something: list, session, audit log and export", async () => {
  const stored = "Root\u202e nimda\u200b";
  const shown = "Root\u{FFFD} nimda\u{FFFD}";
  await api.database.asOwner("UPDATE mosaic.users SET name = $1 WHERE name = 'root'", [stored]);
  expect((await admin.expect(200, "GET", "/api/users?search=Root")).users[0].name).toBe(shown);
  expect((await admin.expect(200, "GET", "/api/session")).user.name).toBe(shown);
  await admin.expect(201, "POST", "/api/workspaces", { name: "Seen" });
  const [event] = (await admin.expect(200, "GET", "/api/audit-events?action=workspace.create")).events;
  expect(event.actorName).toBe(shown);
  const { text } = await admin.call("GET", "/api/audit-events/export?action=workspace.create");
  expect(text).toContain(JSON.stringify(shown));
  expect(text).not.toContain("\u202e");
});
