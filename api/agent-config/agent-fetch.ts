// Gives a container its configuration and records what it got, so that a change without effect restarts nothing.
import { configDigest } from "../../adapters/crypto/config-digest.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { ContainerPrincipal } from "../../contracts/core/principal.ts";
import type { Database } from "../../db/core/database.ts";
import { loadAgentBundle, loadComparedBundle } from "../../db/containers/agent-bundle.ts";
import { openGatewayAccess } from "../../db/containers/container-secrets.ts";
import { findContainer, recordFetched } from "../../db/containers/containers.ts";
import type { AgentFiles } from "../../contracts/agent-config/agent-config.ts";
import type { RefusalOf } from "../../domain/agent-config/agent-settings.ts";
import type { AgentBundle } from "../../domain/agent-config/agent-bundle.ts";

/** Where OpenClaw looks for its gateway's token when the file has none. */
const GATEWAY_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_TOKEN";

export interface AgentFetchDeps {
  readonly db: Database;
  /** The rule on providers' addresses: whatever was saved under another one is left out of what an agent gets. */
  readonly refusalOf: RefusalOf;
}

/** What one start gets: the bundle, with what is made for this start alone. */
export interface FetchedBundle extends AgentBundle {
  readonly tls: AgentFiles["tls"];
}

/**
 * Configuration and files come in two calls, and a change may fall between them. The first call of a start is the one
 * that is noted: if the second one gave newer things, the worker still sees the older revision and restarts once more.
 * @throws FleetError NOT_FOUND when no start is under way any more.
 */
export async function fetchAgentBundle(
  { db, refusalOf }: AgentFetchDeps,
  container: ContainerPrincipal,
): Promise<FetchedBundle> {
  return await db.asTenant(container.tenant, async (tx) => {
    const row = await findContainer(tx);
    const bundle = await loadAgentBundle(tx, refusalOf);
    const gateway = await openGatewayAccess(tx);
    if (row === null || gateway === null) throw new FleetError("NOT_FOUND", "This container was stopped.");
    if (row.fetchedRevision === null) {
      const { digestKey } = db.keyring;
      await recordFetched(tx, { revision: bundle.revision, digest: configDigest(digestKey, await loadComparedBundle(tx)) });
    }
    const { token, identity } = gateway;
    return {
      ...bundle,
      variables: { ...bundle.variables, [GATEWAY_TOKEN_VARIABLE]: token.reveal() },
      tls: { certificate: identity.certificate, key: identity.key.reveal() },
    };
  });
}
