// Many tenants at once, by one statement per table: users with a provider, a key and a container each.
import type { TestDatabase } from "./database.ts";

/** `asleep`: as after an idle stop. `running`: with a token of their own, as on an engine of another machine. */
export type PopulationState = "asleep" | "running";

/** SQL for the id of the i-th: always the same, and in the form of version 4 that the API asks for. */
export function idOf(noun: string): string {
  return `overlay(overlay(md5('${noun}-' || i) placing '4' from 13) placing '8' from 17)::uuid`;
}

const STATEMENTS = [
  `INSERT INTO mosaic.users (id, name, system_role, is_local_auth)
   SELECT ${idOf("user")}, 'User ' || i, 'member', false FROM generate_series(1, $1::int) i`,
  `INSERT INTO mosaic.personal_api_keys (id, tenant, user_id, key_id, name, hash, last_four, scopes)
   SELECT ${idOf("key")}, 'human:' || ${idOf("user")}, ${idOf("user")}, 'mpk_made_up_' || i, 'laptop',
          sha256(('key-' || i)::bytea), '0000', ARRAY['chat:send'] FROM generate_series(1, $1::int) i`,
  `INSERT INTO mosaic.llm_providers (id, tenant, name, display_name, type, base_url, api_type, models, is_active)
   SELECT ${idOf("provider")}, 'human:' || ${idOf("user")}, 'main', 'Main', 'custom', 'http://models.test',
          'openai-completions', '[{}]', true FROM generate_series(1, $1::int) i`,
  `INSERT INTO mosaic.user_agent_configs (tenant, revision)
   SELECT 'human:' || ${idOf("user")}, 1 FROM generate_series(1, $1::int) i`,
];

const CONTAINERS: Readonly<Record<PopulationState, readonly string[]>> = {
  asleep: [containers("stopped", "asleep"), secrets("NULL")],
  running: [containers("running", "ready"), secrets("sha256(('token-' || i)::bytea)")],
};

function containers(status: string, phase: string): string {
  return `INSERT INTO mosaic.agent_containers (id, tenant, kind, name, volume_name, status, phase, last_activity_at)
    SELECT ${idOf("container")}, 'human:' || ${idOf("user")}, 'human', 'mosaic-user-' || i,
           'mosaic-user-' || i, '${status}', '${phase}', mosaic.now() FROM generate_series(1, $1::int) i`;
}

function secrets(hash: string): string {
  return `INSERT INTO mosaic.container_secrets (container_id, tenant, agent_token_hash)
    SELECT ${idOf("container")}, 'human:' || ${idOf("user")}, ${hash} FROM generate_series(1, $1::int) i`;
}

/** Once per database. */
export async function populate(database: TestDatabase, count: number, state: PopulationState): Promise<void> {
  for (const statement of [...STATEMENTS, ...CONTAINERS[state]]) await database.asOwner(statement, [count]);
  await database.asOwner("ANALYZE");
}
