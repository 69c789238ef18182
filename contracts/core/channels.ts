// Postgres NOTIFY channels. Payloads carry ids only: every role of the database may listen.

/** Payload: the tenant. Sent after the status, phase or reason of its container changed. */
export const CONTAINER_CHANGED_CHANNEL = "mosaic_container_changed";
/** Payload: empty. Sent after an outbox row was committed. */
export const OUTBOX_CHANNEL = "mosaic_outbox";
/** Payload: empty. Sent when the agents' network was made or changed. */
export const ENGINE_CHANGED_CHANNEL = "mosaic_engine_changed";
/** Payload: empty. Sent when a row of system_config changed. */
export const SYSTEM_CONFIG_CHANNEL = "mosaic_system_config";
/** Payload: the kind. Sent after something happened that may serve a waiter for a credential of that kind. */
export const CREDENTIAL_CHANNEL = "mosaic_credentials";
/** Payload: `session:<hex of its stored hash>`, `key:<public part>` or `user:<id>`. Sent when such an access has ended. */
export const ACCESS_REVOKED_CHANNEL = "mosaic_access_revoked";
