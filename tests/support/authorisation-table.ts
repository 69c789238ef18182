// Who may call what: every route of the public listener, and what each kind of caller gets. Reviewed by hand; a route that is
// not in it fails the tests, and so does a line without a route.

/** Kinds of caller. `member` has a workspace of their own, and no part in the one that the workspace roles belong to. */
export const CALLERS = [
  "anonymous",
  "member",
  "owner",
  "workspaceAdmin",
  "workspaceMember",
  "guest",
  "admin",
  "deactivated",
  "key",
  "keyWithoutScope",
  "container",
] as const;
export type Caller = (typeof CALLERS)[number];

/** `in`: the call reaches the handler, whatever it then says of the values. A number: refused with that status. */
export type Outcome = "in" | 401 | 403 | 404 | 409;
type Row = Readonly<Record<Caller, Outcome>>;

const everybody = (outcome: Outcome): Row => ({
  ...{ anonymous: outcome, member: outcome, owner: outcome, workspaceAdmin: outcome, workspaceMember: outcome },
  ...{ guest: outcome, admin: outcome, deactivated: outcome, key: outcome, keyWithoutScope: outcome, container: outcome },
});
/** Nobody without a credential that counts: a deactivated user's session and a container's token are none here. */
const signedIn = { ...everybody("in"), anonymous: 401, deactivated: 401, container: 401 } as const;

export const RULES = {
  /** Anybody. */
  public: everybody("in"),
  /** Only before the installation is set up. */
  setUp: everybody(409),
  /** A browser's session; a key is not enough. */
  session: { ...signedIn, key: 403, keyWithoutScope: 403 },
  /** A session, or a key that has the route's scope. */
  user: { ...signedIn, keyWithoutScope: 403 },
  /** An administrator's session. */
  admin: {
    ...signedIn,
    ...{ member: 403, owner: 403, workspaceAdmin: 403, workspaceMember: 403, guest: 403, key: 403, keyWithoutScope: 403 },
  },
  /** Who is in the workspace, and administrators. Others are told that there is none. */
  workspace: { ...signedIn, member: 404, key: 403, keyWithoutScope: 403 },
  /** Owners and admins of the workspace, and administrators. */
  workspaceManage: { ...signedIn, member: 404, workspaceMember: 403, guest: 403, key: 403, keyWithoutScope: 403 },
  /** Owners of the workspace, and administrators. */
  workspaceOwn: {
    ...signedIn,
    ...{ member: 404, workspaceAdmin: 403, workspaceMember: 403, guest: 403, key: 403, keyWithoutScope: 403 },
  },
} as const satisfies Readonly<Record<string, Row>>;

const SET_UP_STEPS = ["breakglass", "oidc", "provider", "agents", "complete"].map((step) => `POST /api/onboarding/${step}`);

function rows(rule: keyof typeof RULES, routes: readonly string[]): Record<string, keyof typeof RULES> {
  return Object.fromEntries(routes.map((route) => [route, rule]));
}

export const AUTHORISATION: Readonly<Record<string, keyof typeof RULES>> = {
  ...rows("public", ["GET /openapi.json", "GET /healthz", "GET /readyz", "GET /metrics", "GET /api/onboarding/status"]),
  ...rows("setUp", SET_UP_STEPS),
  ...rows("public", ["POST /api/session"]),
  ...rows("session", ["GET /api/session", "DELETE /api/session"]),
  ...rows("admin", ["GET /api/users", "POST /api/users", "GET /api/users/{id}", "PATCH /api/users/{id}"]),
  ...rows("admin", ["POST /api/users/{id}/deactivate", "GET /api/users/{id}/deactivation"]),
  ...rows("admin", ["POST /api/users/{id}/reactivate", "POST /api/users/{id}/password-reset"]),
  ...rows("admin", ["GET /api/invites", "POST /api/invites", "DELETE /api/invites/{id}"]),
  ...rows("public", ["POST /api/invites/lookup", "POST /api/invites/accept"]),
  ...rows("admin", ["GET /api/system-config/smtp", "PUT /api/system-config/smtp", "DELETE /api/system-config/smtp"]),
  ...rows("session", ["GET /api/me", "PATCH /api/me", "POST /api/me/password"]),
  ...rows("session", ["GET /api/me/sessions", "DELETE /api/me/sessions", "DELETE /api/me/sessions/{id}"]),
  ...rows("user", ["GET /api/me/providers", "POST /api/me/providers"]),
  ...rows("user", ["GET /api/me/providers/{id}", "PATCH /api/me/providers/{id}", "DELETE /api/me/providers/{id}"]),
  ...rows("user", ["POST /api/me/providers/{id}/test", "POST /api/me/provider-tests"]),
  ...rows("user", ["GET /api/me/agent-config", "PATCH /api/me/agent-config"]),
  ...rows("user", ["GET /api/me/agent", "DELETE /api/me/agent", "POST /api/me/agent/restart", "POST /api/me/agent/stop"]),
  ...rows("user", ["GET /api/me/keys", "POST /api/me/keys", "DELETE /api/me/keys/{keyId}"]),
  ...rows("admin", ["GET /api/audit-events", "GET /api/audit-events/export"]),
  ...rows("admin", ["GET /api/containers", "GET /api/containers/{id}", "POST /api/containers/actions"]),
  ...rows("admin", ["POST /api/containers/{id}/restart", "POST /api/containers/{id}/stop"]),
  ...rows("admin", ["GET /api/system-agents", "POST /api/system-agents"]),
  ...rows("admin", ["PATCH /api/system-agents/{name}", "DELETE /api/system-agents/{name}"]),
  ...rows("session", ["GET /api/workspaces", "POST /api/workspaces"]),
  ...rows("workspace", ["GET /api/workspaces/{id}", "GET /api/workspaces/{id}/members", "GET /api/workspaces/{id}/teams"]),
  ...rows("workspaceManage", ["PATCH /api/workspaces/{id}", "POST /api/workspaces/{id}/members"]),
  ...rows("workspaceManage", ["PATCH /api/workspaces/{id}/members/{userId}", "DELETE /api/workspaces/{id}/members/{userId}"]),
  ...rows("workspaceManage", ["POST /api/workspaces/{id}/teams", "PUT /api/workspaces/{id}/teams/{teamId}"]),
  ...rows("workspaceManage", ["DELETE /api/workspaces/{id}/teams/{teamId}", "PUT /api/workspaces/{id}/teams/{teamId}/members"]),
  ...rows("workspaceOwn", ["DELETE /api/workspaces/{id}"]),
  ...rows("user", ["POST /api/chat", "POST /api/chat/turns/{turnId}/stop", "POST /v1/chat/completions", "GET /v1/models"]),
};
