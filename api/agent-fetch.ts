// Hands a container what it starts with, and notes what it got, so that a change without effect restarts nothing (P4).
import { configDigest } from "../adapters/config-digest.ts";
import { FleetError } from "../contracts/errors.ts";
import type { ContainerPrincipal } from "../contracts/principal.ts";
import type { Database } from "../db/database.ts";
import { loadAgentBundle } from "../db/repositories/agent-bundle.ts";
import { findContainer, openGatewayToken, recordFetched } from "../db/repositories/containers.ts";
import type { AgentBundle } from "../domain/agent-bundle.ts";

/** Where OpenClaw looks for its gateway's token when the file has none. */
const GATEWAY_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_TOKEN";

/**
 * Configuration and files come in two calls, and a change may fall between them. The first call of a start is the one
 * that is noted: if the second one gave newer things, the worker still sees the older revision and restarts once more.
 * @throws FleetError NOT_FOUND when no start is under way any more.
 */
export async function fetchAgentBundle(db: Database, container: ContainerPrincipal): Promise<AgentBundle> {
  return await db.asTenant(container.tenant, async (tx) => {
    const row = await findContainer(tx);
    const bundle = await loadAgentBundle(tx);
    const gatewayToken = await openGatewayToken(tx);
    if (row === null || gatewayToken === null) throw new FleetError("NOT_FOUND", "This container was stopped.");
    if (row.fetchedRevision === null) {
      await recordFetched(tx, { revision: bundle.revision, digest: configDigest(db.keyring.digestKey, bundle) });
    }
    return { ...bundle, variables: { ...bundle.variables, [GATEWAY_TOKEN_VARIABLE]: gatewayToken.reveal() } };
  });
}
