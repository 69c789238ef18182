// Many tenants at once, by one statement per table: users with a provider, a key and a container each.
import type { TestDatabase } from "./database.ts";

/** `asleep`: as after an idle stop. `running`: with a token of their own, as on an engine of another machine. */
export type PopulationState = "asleep" | "running";

const STATEMENTS = [
  `INSERT INTO mosaic.users (id, name, system_role, is_local_auth)
   SELECT md5('user-' || i)::uuid, 'User ' || i, 'member', false FROM generate_series(1, $1::int) i`,
  `INSERT INTO mosaic.personal_api_keys (id, tenant, user_id, key_id, name, hash, last_four, scopes)
   SELECT md5('key-' || i)::uuid, 'human:' || md5('user-' || i)::uuid, md5('user-' || i)::uuid, 'mpk_made_up_' || i, 'laptop',
          sha256(('key-' || i)::bytea), '0000', ARRAY['chat:send'] FROM generate_series(1, $1::int) i`,
  `INSERT INTO mosaic.llm_providers (id, tenant, name, display_name, type, base_url, api_type, models, is_active)
   SELECT md5('provider-' || i)::uuid, 'human:' || md5('user-' || i)::uuid, 'main', 'Main', 'custom', 'http://models.test',
          'openai-completions', '[{}]', true FROM generate_series(1, $1::int) i`,
  `INSERT INTO mosaic.user_agent_configs (tenant, revision)
   SELECT 'human:' || md5('user-' || i)::uuid, 1 FROM generate_series(1, $1::int) i`,
];

const CONTAINERS: Readonly<Record<PopulationState, readonly string[]>> = {
  asleep: [containers("stopped", "asleep"), secrets("NULL")],
  running: [containers("running", "ready"), secrets("sha256(('token-' || i)::bytea)")],
};

function containers(status: string, phase: string): string {
  return `INSERT INTO mosaic.agent_containers (id, tenant, kind, name, volume_name, status, phase, last_activity_at)
    SELECT md5('container-' || i)::uuid, 'human:' || md5('user-' || i)::uuid, 'human', 'mosaic-user-' || i,
           'mosaic-user-' || i, '${status}', '${phase}', mosaic.now() FROM generate_series(1, $1::int) i`;
}

function secrets(hash: string): string {
  return `INSERT INTO mosaic.container_secrets (container_id, tenant, agent_token_hash)
    SELECT md5('container-' || i)::uuid, 'human:' || md5('user-' || i)::uuid, ${hash} FROM generate_series(1, $1::int) i`;
}

/** Once per database. */
export async function populate(database: TestDatabase, count: number, state: PopulationState): Promise<void> {
  for (const statement of [...STATEMENTS, ...CONTAINERS[state]]) await database.asOwner(statement, [count]);
  await database.asOwner("ANALYZE");
}
