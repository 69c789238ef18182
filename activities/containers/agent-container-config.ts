// Would the running container get anything else than what it has?
import { configDigest } from "../../adapters/crypto/config-digest.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { loadComparedBundle } from "../../db/containers/agent-bundle.ts";
import { findContainer, recordFetched } from "../../db/containers/containers.ts";
import type { AgentContainerDeps, ConfigEffect } from "./agent-container.ts";

/** Notes the newer revision as fetched when it changes nothing, so that it counts as applied. */
export async function configEffectActivity({ db }: AgentContainerDeps, tenant: Tenant): Promise<ConfigEffect> {
  return await db.asTenant(tenant, async (tx) => {
    const row = await findContainer(tx);
    const bundle = await loadComparedBundle(tx);
    const digest = configDigest(db.keyring.digestKey, bundle);
    if (row?.fetchedDigest !== digest) return { revision: bundle.revision, changed: row !== null };
    await recordFetched(tx, { revision: bundle.revision, digest });
    return { revision: bundle.revision, changed: false };
  });
}
