// One row of every tenant table, as plain SQL: what an attacker with a service's login would write.
import { randomUUID } from "node:crypto";
import type { Tenant } from "../../../contracts/core/tenant.ts";

export interface TenantRow {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Of a person whose container row exists where the table points to it. */
export interface RowOwner {
  readonly tenant: Tenant;
  readonly userId: string;
  readonly containerId: string;
}

type Insert = (owner: RowOwner) => TenantRow;

/** By table. The catalogue is compared with it, so that a new table of tenants needs a line. */
export const TENANT_ROWS: Readonly<Record<string, Insert>> = {
  agent_containers: ({ tenant, containerId }) => ({
    sql: `INSERT INTO mosaic.agent_containers (id, tenant, kind, name, volume_name) VALUES ($1, $2, 'human', gen_random_uuid(), gen_random_uuid())`,
    parameters: [containerId, tenant],
  }),
  container_events: ({ tenant, containerId }) => ({
    sql: `INSERT INTO mosaic.container_events (id, tenant, container_id, at, cause, phase, actor, reason, generation)
          VALUES ($1, $2, $3, mosaic.now(), 'chat', 'ready', 'x', '{"code":"given","values":{"text":"canary"}}', 1)`,
    parameters: [randomUUID(), tenant, containerId],
  }),
  container_intents: ({ tenant }) => ({
    sql: `INSERT INTO mosaic.container_intents (id, tenant, kind, requested_by, reason, generation)
          VALUES ($1, $2, 'stop', 'x', '{"code":"given","values":{"text":"canary"}}', 1)`,
    parameters: [randomUUID(), tenant],
  }),
  container_secrets: ({ tenant, containerId }) => ({
    sql: "INSERT INTO mosaic.container_secrets (container_id, tenant) VALUES ($1, $2)",
    parameters: [containerId, tenant],
  }),
  llm_providers: ({ tenant }) => ({
    sql: `INSERT INTO mosaic.llm_providers (id, tenant, name, display_name, type, base_url, api_key, api_type, models, is_active)
          VALUES ($1, $2, gen_random_uuid(), 'canary', 'custom', 'https://x.test', 'enc:canary', 'openai-completions', '[]', true)`,
    parameters: [randomUUID(), tenant],
  }),
  outbox: ({ tenant }) => ({
    sql: "INSERT INTO mosaic.outbox (tenant, topic, payload, subject) VALUES ($1, 'container.config-changed', '{}', $1)",
    parameters: [tenant],
  }),
  personal_api_keys: ({ tenant, userId }) => ({
    sql: `INSERT INTO mosaic.personal_api_keys (id, tenant, user_id, key_id, name, hash, last_four, scopes)
          VALUES ($1, $2, $3, 'mpk_' || gen_random_uuid(), 'x', '\\x00', '0000', '{}')`,
    parameters: [randomUUID(), tenant, userId],
  }),
  user_agent_configs: ({ tenant }) => ({
    sql: "INSERT INTO mosaic.user_agent_configs (tenant, personality) VALUES ($1, 'canary')",
    parameters: [tenant],
  }),
};
