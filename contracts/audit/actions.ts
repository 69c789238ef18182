// Every action that the audit log can record, by noun. A new one needs its words in each language of the interface
// (`ui/src/features/audit/texts-*.ts`), or the types refuse it.

export const AUDIT_ACTIONS = {
  agent: ["restart", "stop", "retire", "create", "update", "disable", "enable"],
  "agent-config": ["update"],
  "agent-key": ["create", "rotate", "update", "revoke", "overlap-end"],
  audit: ["export"],
  breakglass: ["create", "reset"],
  container: ["restart", "stop", "retire", "bulk-action", "find_orphan", "remove_orphan"],
  credential: ["add", "enable", "disable", "release", "read_payload"],
  credential_key: ["create", "revoke"],
  credential_pool: ["limit"],
  invite: ["create", "revoke", "accept"],
  key: ["create", "revoke"],
  oidc: ["candidate", "discard", "test", "activate", "delete"],
  onboarding: ["create-admin", "oidc", "provider", "system-agent", "complete"],
  outbound: ["update", "test", "delete"],
  profile: ["update", "password", "identity-link", "identity-unlink"],
  provider: ["create", "update", "delete"],
  "registered-agent": ["create", "update", "delete"],
  session: ["create", "delete", "end", "end-others"],
  smtp: ["update", "test", "delete"],
  "system-agent": ["create", "update", "delete", "settings", "provider-create", "provider-update", "provider-delete"],
  team: ["create", "update", "members", "delete"],
  user: ["create", "update", "deactivate", "reactivate", "password-reset"],
  workspace: ["create", "update", "delete"],
  "workspace-member": ["add", "update", "remove"],
} as const;

type Actions = typeof AUDIT_ACTIONS;
export type AuditNoun = keyof Actions;

/** `noun.verb`, e.g. `provider.create`. */
export type AuditAction = { [Noun in AuditNoun]: `${Noun}.${Actions[Noun][number]}` }[AuditNoun];

/** One value for each action, by noun and verb. */
export type PerAuditAction<Value> = { readonly [Noun in AuditNoun]: { readonly [Verb in Actions[Noun][number]]: Value } };

/** The targets of actions: what `targetId` identifies. */
export type AuditTarget =
  | ("agent" | "agent-key")
  | ("agent-config" | "audit-log" | "container" | "credential" | "credential_key" | "credential_pool" | "invite" | "key")
  | ("provider" | "registered-agent" | "session" | "system-agent" | "system-config" | "team" | "user" | "workspace");
