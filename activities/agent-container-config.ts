// Would the running container get anything else than what it has?
import { configDigest } from "../adapters/config-digest.ts";
import type { Tenant } from "../contracts/tenant.ts";
import { loadAgentBundle } from "../db/repositories/agent-bundle.ts";
import { findContainer, recordFetched } from "../db/repositories/containers.ts";
import type { AgentContainerDeps, ConfigEffect } from "./agent-container.ts";

/** Notes the newer revision as fetched when it changes nothing, so that it counts as applied. */
export async function configEffectActivity({ db }: AgentContainerDeps, tenant: Tenant): Promise<ConfigEffect> {
  return await db.asTenant(tenant, async (tx) => {
    const row = await findContainer(tx);
    const bundle = await loadAgentBundle(tx);
    const digest = configDigest(db.keyring.digestKey, bundle);
    if (row?.fetchedDigest !== digest) return { revision: bundle.revision, changed: row !== null };
    await recordFetched(tx, { revision: bundle.revision, digest });
    return { revision: bundle.revision, changed: false };
  });
}
