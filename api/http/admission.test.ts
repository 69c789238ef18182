// Who is let through to which route, before any handler runs.
import { createSecretKey } from "node:crypto";
import type { Request } from "express";
import { ALL_SCOPES, type AgentPrincipal, type HumanPrincipal } from "../../contracts/core/principal.ts";
import { humanTenant, tenantSchema } from "../../contracts/core/tenant.ts";
import { ACCESS } from "./access.ts";
import { createPublicDoor } from "./admission.ts";
import { defineRoute, type OnboardingRule, type Route } from "./define-route.ts";
import type { Authenticator } from "./authenticate.ts";
import { csrfToken } from "./csrf.ts";
import { createOnboardingGate } from "./onboarding-gate.ts";
import { createRateLimits } from "./rate-limits.ts";
import type { Who } from "./who.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const HASH = Buffer.alloc(32, 7);
const CSRF_KEY = createSecretKey(Buffer.alloc(32, 1));
const ADDRESS = "192.0.2.1";

function human(change: Partial<HumanPrincipal>): HumanPrincipal {
  const base = { kind: "human", id: ID, name: "ann", systemRole: "member", tenant: humanTenant(ID) } as const;
  return { ...base, scopes: ALL_SCOPES, carrier: "session", credentialId: "x", ...change };
}

function agent(scopes: AgentPrincipal["scopes"]): AgentPrincipal {
  const names = { id: ID, agentUserId: ID, ownerId: ID, name: "scout", tenant: tenantSchema.parse(`agent:${ID}`) };
  return { kind: "agent", ...names, scopes, carrier: "agent", credentialId: "oak_live_x" };
}

function route(who: Who, change: { method?: "get" | "post"; onboarding?: OnboardingRule } = {}): Route {
  return defineRoute({
    method: "get",
    path: "/x",
    operationId: "x",
    summary: "x",
    who,
    scope: "settings:write",
    rateLimit: "read",
    audit: { none: "A test." },
    responses: {},
    handler: async () => ({ status: 200 }),
    ...change,
  });
}

interface Caller {
  readonly principal?: HumanPrincipal | AgentPrincipal | null;
  readonly carrier?: "session" | "key" | null;
  readonly headers?: Record<string, string>;
  readonly completed?: boolean;
}

async function admit(to: Route, caller: Caller = {}): Promise<string> {
  const { carrier = "session", principal = human({}), headers = {}, completed = true } = caller;
  const credential =
    carrier === "key" ? { carrier, keyId: "mpk_x", hashes: [HASH] } : { carrier: "session" as const, hashes: [HASH] };
  const authenticator: Authenticator = {
    credentialOf: () => (carrier === null ? null : credential),
    showsCredential: () => carrier !== null,
    resolve: async () => principal,
  };
  const onboarding = createOnboardingGate(async () => completed);
  const door = createPublicDoor({
    authenticator,
    onboarding,
    limits: createRateLimits(),
    csrfKey: CSRF_KEY,
    publicUrl: null,
    corsOrigins: [],
  });
  const request = {
    headers: { host: "localhost:4000", ...headers },
    get: (name: string) => headers[name],
  } as unknown as Request;
  try {
    const { by, admit: letIn } = ACCESS[to.who];
    const caller = letIn(to, await door[by].identify({ route: to, request, remoteAddress: ADDRESS }));
    expect(caller.who).toBe(to.who);
    return "admitted";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

const admin = human({ systemRole: "admin" });
const narrowKey = human({ carrier: "key", scopes: ["chat:send"] });
const wideKey = human({ carrier: "key", systemRole: "admin" });

test.each<[Who, string, Caller, string]>([
  ["public", "anybody", { carrier: null }, "admitted"],
  ["session", "nobody", { carrier: null }, "UNAUTHENTICATED"],
  ["session", "a void credential", { principal: null }, "UNAUTHENTICATED"],
  ["session", "a session", {}, "admitted"],
  ["session", "a key with every scope", { carrier: "key", principal: wideKey }, "FORBIDDEN"],
  ["user", "a session", {}, "admitted"],
  ["user", "a key with the scope", { carrier: "key", principal: wideKey }, "admitted"],
  ["user", "a key without the scope", { carrier: "key", principal: narrowKey }, "FORBIDDEN"],
  ["user", "an agent's key", { carrier: "key", principal: agent(ALL_SCOPES) }, "FORBIDDEN"],
  ["tenant", "nobody", { carrier: null }, "UNAUTHENTICATED"],
  ["tenant", "a session", {}, "admitted"],
  ["tenant", "a person's key with the scope", { carrier: "key", principal: wideKey }, "admitted"],
  ["tenant", "a person's key without the scope", { carrier: "key", principal: narrowKey }, "FORBIDDEN"],
  ["tenant", "an agent's key with the scope", { carrier: "key", principal: agent(["settings:write"]) }, "admitted"],
  ["tenant", "an agent's key without the scope", { carrier: "key", principal: agent(["chat:send"]) }, "FORBIDDEN"],
  ["session", "an agent's key with every scope", { carrier: "key", principal: agent(ALL_SCOPES) }, "FORBIDDEN"],
  ["admin", "an agent's key with every scope", { carrier: "key", principal: agent(ALL_SCOPES) }, "FORBIDDEN"],
  ["agent", "a session", {}, "FORBIDDEN"],
  ["agent", "an agent's key with the scope", { carrier: "key", principal: agent(["settings:write"]) }, "admitted"],
  ["agent", "an agent's key without the scope", { carrier: "key", principal: agent(["chat:send"]) }, "FORBIDDEN"],
  ["anyone", "nobody", { carrier: null }, "admitted"],
  ["anyone", "a session", {}, "admitted"],
  ["anyone", "a void credential", { principal: null }, "UNAUTHENTICATED"],
  ["anyone", "a person's key without the scope", { carrier: "key", principal: narrowKey }, "FORBIDDEN"],
  ["anyone", "an agent's key", { carrier: "key", principal: agent(ALL_SCOPES) }, "FORBIDDEN"],
  ["credential", "nobody", { carrier: null }, "UNAUTHENTICATED"],
  ["credential", "a key that its handler will look up", { carrier: "key", principal: null }, "admitted"],
  ["admin", "a member", {}, "FORBIDDEN"],
  ["admin", "an admin's session", { principal: admin }, "admitted"],
  ["admin", "an admin's key", { carrier: "key", principal: wideKey }, "FORBIDDEN"],
  ["container", "an admin's session", { principal: admin }, "NOT_FOUND"],
])("a route for %s, called by %s: %s", async (who, _caller, caller, expected) => {
  expect(await admit(route(who), caller)).toBe(expected);
});

describe("an unsafe method by session", () => {
  const unsafe = route("user", { method: "post" });
  const token = csrfToken(CSRF_KEY, HASH);

  test.each<[string, Record<string, string>, string]>([
    ["no token", {}, "CSRF_REJECTED"],
    ["the token", { "x-mosaic-csrf": token }, "admitted"],
    ["the token of another session", { "x-mosaic-csrf": csrfToken(CSRF_KEY, Buffer.alloc(32, 8)) }, "CSRF_REJECTED"],
    [
      "the token, from our own origin",
      { "x-mosaic-csrf": token, origin: "http://localhost:4000", "sec-fetch-site": "same-origin" },
      "admitted",
    ],
    ["the token, from another origin", { "x-mosaic-csrf": token, origin: "http://localhost:4000.evil.test" }, "CSRF_REJECTED"],
    ["the token, from another site", { "x-mosaic-csrf": token, "sec-fetch-site": "cross-site" }, "CSRF_REJECTED"],
  ])("with %s: %s", async (_name, headers, expected) => {
    expect(await admit(unsafe, { headers })).toBe(expected);
  });

  test("needs no token for a key, which no browser sends by itself", async () => {
    expect(await admit(unsafe, { carrier: "key", principal: wideKey })).toBe("admitted");
  });
});

test.each<[OnboardingRule, boolean, string]>([
  ["after", false, "ONBOARDING_REQUIRED"],
  ["after", true, "admitted"],
  ["before", false, "admitted"],
  ["before", true, "ONBOARDING_DONE"],
  ["always", false, "admitted"],
  ["always", true, "admitted"],
])("a route that answers %s onboarding, done: %s → %s", async (onboarding, completed, expected) => {
  expect(await admit(route("public", { onboarding }), { completed, carrier: null })).toBe(expected);
});
