// The audit log in sentences: one for each action. `outcome` tells what was done from what was only tried.
import type { PerAuditAction } from "../../../../contracts/audit/actions.ts";

export const auditSentences: PerAuditAction<string> = {
  agent: {
    restart: "{actor} {outcome, select, success {restarted} other {tried to restart}} their agent",
    stop: "{actor} {outcome, select, success {stopped} other {tried to stop}} their agent",
    retire: "{actor} {outcome, select, success {deleted} other {tried to delete}} their agent and its memory",
    create: "{actor} {outcome, select, success {created} other {tried to create}} the agent {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the agent {target}",
    disable: "{actor} {outcome, select, success {disabled} other {tried to disable}} the agent {target}",
    enable: "{actor} {outcome, select, success {enabled} other {tried to enable}} the agent {target}",
  },
  "agent-key": {
    create: "{actor} {outcome, select, success {created} other {tried to create}} a key of an agent ({target})",
    rotate: "{actor} {outcome, select, success {replaced} other {tried to replace}} a key of an agent ({target})",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} a key of an agent ({target})",
    revoke: "{actor} {outcome, select, success {revoked} other {tried to revoke}} a key of an agent ({target})",
    "overlap-end": "{actor} revoked a replaced key of an agent ({target})",
  },
  "agent-config": {
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the settings of their agent",
  },
  audit: { export: "{actor} {outcome, select, success {exported} other {tried to export}} the audit log" },
  breakglass: {
    create:
      "Someone on the server {outcome, select, success {created} other {tried to create}} the emergency administrator {target}",
    reset: "Someone on the server {outcome, select, success {reset} other {tried to reset}} the password of {target}",
  },
  container: {
    restart: "{actor} {outcome, select, success {restarted} other {tried to restart}} {target}’s agent",
    stop: "{actor} {outcome, select, success {stopped} other {tried to stop}} {target}’s agent",
    retire: "{actor} {outcome, select, success {deleted} other {tried to delete}} {target}’s agent and its memory",
    "bulk-action": "{actor} {outcome, select, success {restarted or stopped} other {tried to restart or stop}} several agents",
    find_orphan: "{actor} found a container of {target} that is no longer needed",
    remove_orphan:
      "{actor} {outcome, select, success {removed} other {tried to remove}} a container of {target} that is no longer needed",
  },
  credential: {
    add: "{actor} {outcome, select, success {added} other {tried to add}} the credential {target}",
    enable: "{actor} {outcome, select, success {enabled} other {tried to enable}} the credential {target}",
    disable: "{actor} {outcome, select, success {disabled} other {tried to disable}} the credential {target}",
    release: "{actor} {outcome, select, success {force-released} other {tried to force-release}} the lease of {target}",
    read_payload: "{actor} {outcome, select, success {read} other {tried to read}} the secrets of {target}",
  },
  credential_key: {
    create: "{actor} {outcome, select, success {created} other {tried to create}} the broker key {target}",
    revoke: "{actor} {outcome, select, success {revoked} other {tried to revoke}} the broker key {target}",
  },
  credential_pool: { limit: "{actor} {outcome, select, success {changed} other {tried to change}} the limits of {target}" },
  invite: {
    create: "{actor} {outcome, select, success {invited} other {tried to invite}} {target}",
    revoke: "{actor} {outcome, select, success {revoked} other {tried to revoke}} the invitation of {target}",
    accept: "{actor} {outcome, select, success {accepted} other {tried to accept}} an invitation",
  },
  key: {
    create: "{actor} {outcome, select, success {created} other {tried to create}} a personal key ({target})",
    revoke: "{actor} {outcome, select, success {revoked} other {tried to revoke}} a personal key ({target})",
  },
  oidc: {
    candidate: "{actor} {outcome, select, success {saved} other {tried to save}} settings of the identity provider for testing",
    discard:
      "{actor} {outcome, select, success {discarded} other {tried to discard}} untested settings of the identity provider",
    test: "{actor} {outcome, select, success {tested} other {tried to test}} the identity provider",
    activate: "{actor} {outcome, select, success {activated} other {tried to activate}} the identity provider",
    delete: "{actor} {outcome, select, success {removed} other {tried to remove}} the identity provider",
  },
  onboarding: {
    "create-admin": "{actor} {outcome, select, success {became} other {tried to become}} the first administrator",
    oidc: "{actor} {outcome, select, success {set up} other {tried to set up}} the identity provider during onboarding",
    provider: "{actor} {outcome, select, success {added} other {tried to add}} the provider {target} during onboarding",
    "system-agent":
      "{actor} {outcome, select, success {created} other {tried to create}} the system agent {target} during onboarding",
    complete: "{actor} {outcome, select, success {completed} other {tried to complete}} onboarding",
  },
  outbound: {
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the outbound connection",
    test: "{actor} {outcome, select, success {tested} other {tried to test}} the outbound connection",
    delete: "{actor} {outcome, select, success {reset} other {tried to reset}} the outbound connection",
  },
  profile: {
    update: "{actor} {outcome, select, success {changed} other {tried to change}} their profile",
    password: "{actor} {outcome, select, success {changed} other {tried to change}} their password",
    "identity-link": "{actor} {outcome, select, success {linked} other {tried to link}} their account to the identity provider",
    "identity-unlink":
      "{actor} {outcome, select, success {unlinked} other {tried to unlink}} their account from the identity provider",
  },
  provider: {
    create: "{actor} {outcome, select, success {added} other {tried to add}} the provider {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the provider {target}",
    delete: "{actor} {outcome, select, success {deleted} other {tried to delete}} the provider {target}",
  },
  "registered-agent": {
    create: "{actor} {outcome, select, success {registered} other {tried to register}} the agent {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the registered agent {target}",
    delete: "{actor} {outcome, select, success {removed} other {tried to remove}} the registered agent {target}",
  },
  session: {
    create: "{actor} {outcome, select, success {signed in} other {tried to sign in}}",
    delete: "{actor} {outcome, select, success {signed out} other {tried to sign out}}",
    end: "{actor} {outcome, select, success {ended} other {tried to end}} one of their sessions",
    "end-others": "{actor} {outcome, select, success {signed out} other {tried to sign out}} everywhere else",
  },
  smtp: {
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the mail server",
    test: "{actor} {outcome, select, success {sent} other {tried to send}} a test e-mail",
    delete: "{actor} {outcome, select, success {removed} other {tried to remove}} the mail server",
  },
  "system-agent": {
    create: "{actor} {outcome, select, success {created} other {tried to create}} the system agent {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the system agent {target}",
    delete: "{actor} {outcome, select, success {deleted} other {tried to delete}} the system agent {target}",
    settings: "{actor} {outcome, select, success {changed} other {tried to change}} the settings of {target}",
    "provider-create": "{actor} {outcome, select, success {added} other {tried to add}} a provider of {target}",
    "provider-update": "{actor} {outcome, select, success {changed} other {tried to change}} a provider of {target}",
    "provider-delete": "{actor} {outcome, select, success {deleted} other {tried to delete}} a provider of {target}",
  },
  team: {
    create: "{actor} {outcome, select, success {created} other {tried to create}} the team {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the team {target}",
    members: "{actor} {outcome, select, success {changed} other {tried to change}} the members of the team {target}",
    delete: "{actor} {outcome, select, success {deleted} other {tried to delete}} the team {target}",
  },
  user: {
    create: "{actor} {outcome, select, success {added} other {tried to add}} {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the account of {target}",
    deactivate: "{actor} {outcome, select, success {deactivated} other {tried to deactivate}} {target}",
    reactivate: "{actor} {outcome, select, success {reactivated} other {tried to reactivate}} {target}",
    "password-reset": "{actor} {outcome, select, success {reset} other {tried to reset}} the password of {target}",
  },
  workspace: {
    create: "{actor} {outcome, select, success {created} other {tried to create}} the workspace {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the workspace {target}",
    delete: "{actor} {outcome, select, success {deleted} other {tried to delete}} the workspace {target}",
  },
  "workspace-member": {
    add: "{actor} {outcome, select, success {added} other {tried to add}} a member to {target}",
    update: "{actor} {outcome, select, success {changed} other {tried to change}} the role of a member of {target}",
    remove: "{actor} {outcome, select, success {removed} other {tried to remove}} a member from {target}",
  },
};

export const auditWords = {
  other: "{actor} {outcome, select, success {did} other {tried}} {action}: {target}",
  withReason: "{sentence}: “{reason}”",
  actors: {
    human: "A person",
    agent: "An agent",
    container: "A container",
    system: "The system",
    broker: "A client of the broker",
    anonymous: "Someone who was not signed in",
  },
  /** A target without a name or an id. */
  unknown: "(unknown)",
};
