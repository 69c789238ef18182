// The names of what audit events are about, looked up as they are now: what administrators see elsewhere, and no more.

/** A personal key has no name here: only its owner sees it. */
const ID = "CASE WHEN e.target_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN e.target_id::uuid END";
/** Whose agent a container is; of one that is gone, as the event says. */
const CONTAINER_TENANT = `coalesce((SELECT c.tenant FROM mosaic.agent_containers c WHERE c.id = ${ID}), e.detail->>'tenant')`;
/** What was deleted still has the name that the event recorded. */
const RECORDED = "e.detail->>'name'";

/** The name of whose tenant it is: a user's, or that of a system agent, which has its id once it is deleted. */
function nameOfTenant(tenant: string): string {
  return `coalesce((SELECT u.name FROM mosaic.users u WHERE 'human:' || u.id::text = ${tenant}),
    (SELECT s.display_name FROM mosaic.system_containers s WHERE s.tenant = ${tenant}),
    CASE WHEN ${tenant} LIKE 'system:%' THEN substr(${tenant}, 8) END)`;
}

/** For an event `e`. Each is one look-up by a key. */
export const TARGET_NAME = `CASE e.target_kind
  WHEN 'user' THEN coalesce((SELECT u.name FROM mosaic.users u WHERE u.id = ${ID}),
    e.detail->>'username', CASE WHEN ${ID} IS NULL THEN e.target_id END)
  WHEN 'container' THEN ${nameOfTenant(CONTAINER_TENANT)}
  WHEN 'agent-config' THEN ${nameOfTenant("e.target_id")}
  WHEN 'system-agent' THEN ${nameOfTenant("e.target_id")}
  WHEN 'workspace' THEN coalesce((SELECT w.name FROM mosaic.workspaces w WHERE w.id = ${ID}), ${RECORDED})
  WHEN 'team' THEN coalesce((SELECT t.name FROM mosaic.teams t WHERE t.id = ${ID}), ${RECORDED})
  WHEN 'invite' THEN (SELECT i.email FROM mosaic.invites i WHERE i.id = ${ID})
  WHEN 'provider' THEN ${RECORDED}
  WHEN 'agent' THEN e.detail->>'handle'
  WHEN 'registered-agent' THEN ${RECORDED}
  WHEN 'credential' THEN (SELECT concat_ws(' ', c.kind, '(' || nullif(c.note, '') || ')')
    FROM mosaic.qa_credentials c WHERE c.id = ${ID})
  WHEN 'credential_key' THEN (SELECT k.name FROM mosaic.credential_broker_keys k WHERE k.key_id = e.target_id)
  WHEN 'credential_pool' THEN e.target_id
  END`;

/** The ids of all that has a name with the pattern `$1` in it: one pass over each of these tables, which are small. */
export const NAMED_TARGETS = `
  WITH owners AS MATERIALIZED (
    SELECT 'human:' || u.id::text AS tenant, u.id::text AS id FROM mosaic.users u WHERE u.name ILIKE $1
    UNION ALL SELECT s.tenant, NULL FROM mosaic.system_containers s WHERE s.display_name ILIKE $1)
  SELECT id FROM owners WHERE id IS NOT NULL
  UNION ALL SELECT tenant FROM owners
  UNION ALL SELECT c.id::text FROM owners o JOIN mosaic.agent_containers c ON c.tenant = o.tenant
  UNION ALL SELECT w.id::text FROM mosaic.workspaces w WHERE w.name ILIKE $1
  UNION ALL SELECT t.id::text FROM mosaic.teams t WHERE t.name ILIKE $1
  UNION ALL SELECT i.id::text FROM mosaic.invites i WHERE i.email LIKE lower($1)
  UNION ALL SELECT c.id::text FROM mosaic.qa_credentials c WHERE c.kind ILIKE $1 OR c.note ILIKE $1
  UNION ALL SELECT DISTINCT c.kind FROM mosaic.qa_credentials c WHERE c.kind ILIKE $1
  UNION ALL SELECT k.key_id FROM mosaic.credential_broker_keys k WHERE k.name ILIKE $1`;
