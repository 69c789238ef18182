// Who may call what: every route of both listeners, and what each kind of caller gets. Reviewed by hand; a route that is not in
// it fails the tests, and so does a line without a route.

/**
 * Kinds of caller. `member` is the one whose key, provider and session the addresses name; `otherMember` has no part in
 * anything that they name. `owner` to `guest` are the roles in the workspace that the addresses name. `key` is the member's
 * with every scope, `adminKey` an administrator's. `agent` is the member's, by a key with every scope; `agentWithoutScope` by one
 * that has none which a route asks for; `otherAgent` belongs to the other member. `forged` claims to be the member in headers.
 */
export const CALLERS = [
  "anonymous",
  "member",
  "otherMember",
  "owner",
  "workspaceAdmin",
  "workspaceMember",
  "guest",
  "admin",
  "deactivated",
  "key",
  "keyWithoutScope",
  "adminKey",
  "agent",
  "agentWithoutScope",
  "otherAgent",
  "agentRevoked",
  "agentExpired",
  "agentDisabled",
  "agentOfDeactivated",
  "forged",
  "container",
  "brokerCi",
  "brokerMaintainer",
] as const;
export type Caller = (typeof CALLERS)[number];

/** `in`: the call reaches the handler, whatever it then says of the values. A number: refused with that status. */
export type Outcome = "in" | 401 | 403 | 404 | 409;
type Row = Readonly<Record<Caller, Outcome>>;

const members = (outcome: Outcome) => ({
  ...{ member: outcome, otherMember: outcome, owner: outcome, workspaceAdmin: outcome },
  ...{ workspaceMember: outcome, guest: outcome },
});
const keys = (outcome: Outcome) => ({ key: outcome, keyWithoutScope: outcome, adminKey: outcome });
/** By keys that count; the others are nobody. */
const agents = (outcome: Outcome) => ({ agent: outcome, agentWithoutScope: outcome, otherAgent: outcome });
const formerAgents = (outcome: Outcome) => ({
  ...{ agentRevoked: outcome, agentExpired: outcome, agentDisabled: outcome, agentOfDeactivated: outcome },
});
const broker = (outcome: Outcome) => ({ brokerCi: outcome, brokerMaintainer: outcome });
const everybody = (outcome: Outcome): Row => ({
  ...{ ...members(outcome), ...keys(outcome), ...broker(outcome), ...agents(outcome), ...formerAgents(outcome) },
  ...{ anonymous: outcome, forged: outcome, admin: outcome, deactivated: outcome, container: outcome },
});
/**
 * Nobody without a credential that counts: a deactivated user's session, a container's token and the broker's secrets are
 * none here.
 */
const session: Row = { ...everybody(401), ...members("in"), ...keys(403), ...agents(403), admin: "in" };
const own: Row = { ...session, ...members(404), member: "in", admin: 404 };
const user: Row = { ...session, ...keys("in"), keyWithoutScope: 403 };
const ownByKey: Row = { ...own, key: "in", adminKey: 404 };

export const RULES = {
  /** Anybody. */
  public: everybody("in"),
  /** Callers on this machine, without a token in the header `authorization`: none is checked as long as none is set. */
  thisMachine: { ...everybody("in"), ...keys(401), ...broker(401), container: 401, ...agents(401), ...formerAgents(401) },
  /** Only before the installation is set up. */
  setUp: everybody(409),
  /** A browser's session; a key is not enough. */
  session,
  /** A session, or a key that has the route's scope. */
  user,
  /** As before, or an agent by a key that has the scope. */
  tenant: { ...user, ...agents("in"), agentWithoutScope: 403 },
  /** As before, and what the address names is the caller's own. Others are told that there is none: also administrators. */
  own: ownByKey,
  /** What the address names is the member's own; an agent by a key that has the scope is told that there is none. */
  ownOfTenant: { ...ownByKey, ...agents(404), agentWithoutScope: 403 },
  /** What the address names is the member's agent's own. */
  ownOfAgent: { ...ownByKey, agent: "in", agentWithoutScope: 403, otherAgent: 404 },
  /** An agent by any key; by a key that has the scope. */
  agent: { ...everybody(401), ...members(403), ...keys(403), ...agents("in"), admin: 403 },
  agentScoped: { ...everybody(401), ...members(403), ...keys(403), ...agents("in"), admin: 403, agentWithoutScope: 403 },
  /** A person as `user`; who shows nothing is told that there is no self-serve sign-up. */
  signUp: { ...user, anonymous: 403, forged: 403 },
  ownBySession: own,
  /** An administrator's session. */
  admin: { ...session, ...members(403) },
  /** Who is in the workspace, and administrators. Others are told that there is none. */
  workspace: { ...session, member: 404, otherMember: 404 },
  /** Owners and admins of the workspace, and administrators. */
  workspaceManage: { ...session, member: 404, otherMember: 404, workspaceMember: 403, guest: 403 },
  /** Owners of the workspace, and administrators. */
  workspaceOwn: { ...session, ...members(403), member: 404, otherMember: 404, owner: "in" },
  /** Runners and maintainers of the credential broker, by a secret or key of it. No session, no other key. */
  broker: { ...everybody(401), ...broker("in") },
  brokerMaintain: { ...everybody(401), brokerCi: 403, brokerMaintainer: "in" },
} as const satisfies Readonly<Record<string, Row>>;
export type Rule = keyof typeof RULES;

const SET_UP_STEPS = ["breakglass", "oidc", "provider", "agents", "complete"].map((step) => `POST /api/onboarding/${step}`);
const BROKER = "POST /qa-credentials/v1";

function rows(rule: Rule, routes: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(routes.map((route) => [route, rule]));
}

/** At both prefixes. Who may use an agent is a rule of the agent, which the registry's own tests look at. */
function registryRows(prefix: string): Record<string, Rule> {
  const path = `${prefix}/openclaw/agents`;
  return {
    ...rows("tenant", [`GET ${path}`, `GET ${path}/{name}`, `POST ${prefix}/openclaw/chat`]),
    ...rows("admin", [`POST ${path}`, `PATCH ${path}/{name}`, `DELETE ${path}/{name}`]),
  };
}

export const AUTHORISATION: Readonly<Record<string, Rule>> = {
  ...rows("public", ["GET /openapi.json", "GET /healthz", "GET /readyz", "GET /api/onboarding/status"]),
  ...rows("thisMachine", ["GET /metrics"]),
  ...rows("setUp", SET_UP_STEPS),
  ...rows("public", ["POST /api/session"]),
  ...rows("session", ["GET /api/session", "DELETE /api/session"]),
  ...rows("admin", ["GET /api/users", "POST /api/users", "GET /api/users/{id}", "PATCH /api/users/{id}"]),
  ...rows("admin", ["POST /api/users/{id}/deactivate", "GET /api/users/{id}/deactivation"]),
  ...rows("admin", ["POST /api/users/{id}/reactivate", "POST /api/users/{id}/password-reset"]),
  ...rows("admin", ["GET /api/users/{id}/password-reset"]),
  ...rows("admin", ["GET /api/invites", "POST /api/invites", "DELETE /api/invites/{id}"]),
  ...rows("public", ["POST /api/invites/lookup", "POST /api/invites/accept"]),
  ...rows("admin", ["GET /api/system-config/smtp", "PUT /api/system-config/smtp", "DELETE /api/system-config/smtp"]),
  ...rows("admin", ["POST /api/system-config/smtp/test", "GET /api/system-config/isolation"]),
  ...rows("admin", ["GET /api/system-config/outbound", "PUT /api/system-config/outbound"]),
  ...rows("admin", ["DELETE /api/system-config/outbound", "POST /api/system-config/outbound/test"]),
  ...rows("public", ["GET /api/sign-in-methods", "POST /api/oidc/sign-in", "POST /api/oidc/callback"]),
  ...rows("admin", ["GET /api/system-config/oidc", "DELETE /api/system-config/oidc", "PUT /api/system-config/oidc/candidate"]),
  ...rows("admin", [
    "DELETE /api/system-config/oidc/candidate",
    "POST /api/oidc/test",
    "POST /api/system-config/oidc/activate",
  ]),
  ...rows("session", ["GET /api/me/identities", "POST /api/me/identities", "DELETE /api/me/identities/{id}"]),
  ...rows("session", ["GET /api/me", "PATCH /api/me", "POST /api/me/password"]),
  ...rows("session", ["GET /api/me/sessions", "DELETE /api/me/sessions"]),
  ...rows("ownBySession", ["DELETE /api/me/sessions/{id}"]),
  ...rows("tenant", ["GET /api/me/providers", "POST /api/me/providers", "POST /api/me/provider-tests"]),
  ...rows("ownOfTenant", ["GET /api/me/providers/{id}", "PATCH /api/me/providers/{id}", "DELETE /api/me/providers/{id}"]),
  ...rows("ownOfTenant", ["POST /api/me/providers/{id}/test"]),
  ...rows("tenant", ["POST /api/me/provider-models"]),
  ...rows("tenant", ["GET /api/me/agent-config", "PATCH /api/me/agent-config"]),
  ...rows("tenant", ["GET /api/me/agent", "POST /api/me/agent/restart", "POST /api/me/agent/stop"]),
  ...rows("session", ["DELETE /api/me/agent"]),
  ...rows("user", ["GET /api/me/keys", "POST /api/me/keys"]),
  ...rows("own", ["DELETE /api/me/keys/{keyId}"]),
  ...rows("signUp", ["POST /agent/signup", "POST /api/agent/signup"]),
  ...rows("agent", ["GET /agent/me", "GET /api/agent/me"]),
  ...rows("agentScoped", ["PATCH /agent/me", "PATCH /api/agent/me", "GET /agent/keys", "GET /api/agent/keys"]),
  ...rows("tenant", ["POST /agent/keys", "POST /api/agent/keys"]),
  ...rows("ownOfAgent", ["POST /agent/keys/{keyId}/revoke", "POST /api/agent/keys/{keyId}/revoke"]),
  ...rows("user", ["GET /api/agents", "POST /api/agents"]),
  ...rows("own", ["GET /api/agents/{id}", "PATCH /api/agents/{id}", "POST /api/agents/{id}/keys"]),
  ...rows("own", ["PATCH /api/agents/{id}/keys/{keyId}", "POST /api/agents/{id}/keys/{keyId}/rotate"]),
  ...rows("own", ["POST /api/agents/{id}/keys/{keyId}/revoke"]),
  ...rows("admin", ["GET /api/admin/agents", "POST /api/admin/agents/{id}/disable", "POST /api/admin/agents/{id}/enable"]),
  ...rows("admin", ["GET /api/audit-events", "GET /api/audit-events/export"]),
  ...rows("admin", ["GET /api/containers", "GET /api/containers/{id}", "POST /api/containers/actions"]),
  ...rows("admin", ["POST /api/containers/{id}/restart", "POST /api/containers/{id}/stop"]),
  ...rows("admin", ["GET /api/system-agents", "POST /api/system-agents"]),
  ...rows("admin", ["PATCH /api/system-agents/{name}", "DELETE /api/system-agents/{name}"]),
  ...rows("admin", ["GET /api/system-agents/{name}/settings", "PATCH /api/system-agents/{name}/settings"]),
  ...rows("admin", ["GET /api/system-agents/{name}/providers", "POST /api/system-agents/{name}/providers"]),
  ...rows("admin", ["GET /api/system-agents/{name}/providers/{id}", "PATCH /api/system-agents/{name}/providers/{id}"]),
  ...rows("admin", ["DELETE /api/system-agents/{name}/providers/{id}"]),
  ...rows("admin", ["POST /api/system-agents/{name}/providers/{id}/test"]),
  ...rows("admin", ["POST /api/system-agents/{name}/provider-tests", "POST /api/system-agents/{name}/provider-models"]),
  ...["", "/api"].reduce((all, prefix) => ({ ...all, ...registryRows(prefix) }), {}),
  ...rows("admin", ["GET /api/registered-agents", "POST /api/openclaw/agents/{name}/test"]),
  ...rows("session", ["GET /api/workspaces", "POST /api/workspaces"]),
  ...rows("workspace", ["GET /api/workspaces/{id}", "GET /api/workspaces/{id}/members", "GET /api/workspaces/{id}/teams"]),
  ...rows("workspaceManage", ["PATCH /api/workspaces/{id}", "POST /api/workspaces/{id}/members"]),
  ...rows("workspaceManage", ["PATCH /api/workspaces/{id}/members/{userId}", "DELETE /api/workspaces/{id}/members/{userId}"]),
  ...rows("workspaceManage", ["POST /api/workspaces/{id}/teams", "PUT /api/workspaces/{id}/teams/{teamId}"]),
  ...rows("workspaceManage", ["DELETE /api/workspaces/{id}/teams/{teamId}", "PUT /api/workspaces/{id}/teams/{teamId}/members"]),
  ...rows("admin", ["GET /api/admin/teams"]),
  ...rows("workspaceOwn", ["DELETE /api/workspaces/{id}"]),
  // A turn is looked for among the caller's own alone, and one that has ended is no error.
  ...rows("tenant", [
    "POST /api/chat",
    "POST /api/chat/turns/{turnId}/stop",
    "POST /v1/chat/completions",
    "GET /v1/models",
    "GET /v1/models/{model}",
    "GET /v1/models/{owner}/{model}",
  ]),
  ...rows("admin", ["GET /api/admin/credential-pools", "PATCH /api/admin/credential-pools/{kind}/limits"]),
  ...rows("admin", ["GET /api/admin/credentials", "GET /api/admin/credential-events"]),
  ...rows("admin", ["POST /api/admin/credentials", "GET /api/admin/credential-pools/{kind}/waiters"]),
  ...rows("admin", ["POST /api/admin/credentials/{id}/release", "POST /api/admin/credentials/{id}/enable"]),
  ...rows("admin", ["POST /api/admin/credentials/{id}/disable"]),
  ...rows("admin", ["GET /api/admin/credential-keys", "POST /api/admin/credential-keys"]),
  ...rows("admin", ["DELETE /api/admin/credential-keys/{keyId}"]),
  ...rows(
    "broker",
    ["acquire", "heartbeat", "payload-chunk", "quarantine", "release", "status"].map((to) => `${BROKER}/${to}`),
  ),
  ...rows(
    "brokerMaintain",
    ["add", "enable", "force-release", "kind-limits"].map((to) => `${BROKER}/admin/${to}`),
  ),
  ...rows(
    "brokerMaintain",
    ["list", "remove", "replace-payload"].map((to) => `${BROKER}/admin/${to}`),
  ),
};

/**
 * Who calls on the internal listener. `own`: the running container that the address names, from its address; `elsewhere`: its
 * token from another address; `stopped`: the token of a start that is over.
 */
export const INTERNAL_CALLERS = ["anonymous", "own", "otherContainer", "elsewhere", "stopped", "key", "session"] as const;
export type InternalCaller = (typeof INTERNAL_CALLERS)[number];

const ownConfiguration: Readonly<Record<InternalCaller, Outcome>> = {
  ...{ anonymous: 401, own: "in", otherContainer: 403, elsewhere: 403, stopped: 401, key: 401 },
  // Browsers are not served here at all.
  session: 403,
};

export const INTERNAL_AUTHORISATION: Readonly<Record<string, Readonly<Record<InternalCaller, Outcome>>>> = {
  "GET /healthz": {
    ...{ anonymous: "in", own: "in", otherContainer: "in", elsewhere: "in", stopped: "in", key: "in" },
    session: 403,
  },
  "GET /api/internal/agent-config/{id}": ownConfiguration,
  "GET /api/internal/agent-config/{id}/files": ownConfiguration,
  "GET /api/internal/agent-config/{containerType}/{id}": ownConfiguration,
};
