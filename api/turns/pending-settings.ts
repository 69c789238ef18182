// The owner may just have fixed the cause of a provider's refusal. The agent then restarts, and the turn waits for it.
import { setTimeout as delay } from "node:timers/promises";
import { configDigest } from "../../adapters/crypto/config-digest.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import { loadComparedBundle } from "../../db/containers/agent-bundle.ts";
import { touchAgentConfig } from "../../db/agent-config/agent-configs.ts";
import { findContainer } from "../../db/containers/containers.ts";

/** Changes are gathered for at most 15 s before a restart; a worker that does not come to it is not waited for. */
const WAIT_MAX_MS = 25_000;
const LOOK_EVERY_MS = 250;

/**
 * True when the agent that refused ran with older settings than are stored, and does not any more. At once false when it ran
 * with the newest. Rejects with the signal's reason.
 */
export async function newSettingsApplied(db: Database, tenant: Tenant, signal: AbortSignal): Promise<boolean> {
  const endsAt = Date.now() + WAIT_MAX_MS;
  await noticeInstallation(db, tenant);
  if (!(await isWaiting(db, tenant))) return false;
  while (Date.now() < endsAt) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    if (!(await isWaiting(db, tenant))) return true;
  }
  return false;
}

/**
 * A change of the outbound settings raises no revision, because that would restart the whole fleet at once. Instead, an agent
 * that cannot reach its provider with the old settings restarts here.
 */
async function noticeInstallation(db: Database, tenant: Tenant): Promise<void> {
  await db.asTenant(tenant, async (tx) => {
    const row = await findContainer(tx);
    if (row === null || row.phase !== "ready" || row.fetchedDigest === null) return;
    if (row.configRevision !== row.fetchedRevision) return;
    const digest = configDigest(db.keyring.digestKey, await loadComparedBundle(tx));
    if (digest !== row.fetchedDigest) await touchAgentConfig(tx);
  });
}

async function isWaiting(db: Database, tenant: Tenant): Promise<boolean> {
  const row = await db.asTenant(tenant, (tx) => findContainer(tx));
  if (row === null || row.phase !== "ready" || row.fetchedRevision === null) return false;
  return row.configRevision > row.fetchedRevision;
}
