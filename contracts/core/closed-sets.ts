// Closed sets that the api checks and the web interface offers, for filters and forms. No validator comes with them.

export const USER_STATUSES = ["active", "deactivated"] as const;
export const USER_SORTS = ["createdAt", "name", "lastSignInAt"] as const;
export const INVITE_STATUSES = ["pending", "used", "revoked", "expired"] as const;
export const AUDIT_OUTCOMES = ["success", "denied", "failed"] as const;
/** Kinds of tenant; the part before the colon of a tenant key. */
export const TENANT_KINDS = ["human", "agent", "system"] as const;
export const CONTAINER_STATUSES = ["running", "starting", "stopped", "error"] as const;
/** `attention`: failed ones first, then those that changed last. */
export const FLEET_SORTS = ["attention", "owner", "host", "image", "lastActivity"] as const;
/** What a system agent is there for. */
export const SYSTEM_AGENT_ROLES = ["operations", "monitor", "scheduler"] as const;
export const WORKSPACE_ROLES = ["owner", "admin", "member", "guest"] as const;
export const LEASE_EVENT_TYPES = [
  "acquire",
  "acquire_failed",
  "release",
  "quarantine",
  "expired",
  "force_release",
  "payload_read",
] as const;
