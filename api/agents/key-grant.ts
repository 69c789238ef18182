// How long a new key lives, after it is known that its maker may give what it gives.
import { FleetError } from "../../contracts/core/errors.ts";
import type { AgentPrincipal, HumanPrincipal } from "../../contracts/core/principal.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { holdAgentKey } from "../../db/agents/agent-keys.ts";
import { holdApiKey } from "../../db/keys/api-keys.ts";
import { grantOf, type GrantParent, type WantedGrant } from "../../domain/agents/key-grants.ts";

/**
 * The end of the new key; null: it has none. The caller's key is held in this transaction: a key that was revoked meanwhile
 * makes no other. @throws FleetError FORBIDDEN, UNAUTHENTICATED
 */
export async function assertGrantable(
  tx: TenantTransaction,
  caller: HumanPrincipal | AgentPrincipal,
  wanted: WantedGrant,
): Promise<Date | null> {
  const grant = grantOf(wanted, await parentOf(tx, caller), Date.now());
  if (grant.ok) return grant.expiresAt;
  if (grant.problem === "expiry") {
    throw new FleetError("FORBIDDEN", "A key cannot create a key that expires later than itself.");
  }
  throw new FleetError("FORBIDDEN", `This key cannot grant the scopes ${grant.scopes.join(", ")}.`);
}

/** Null: a session, which stands for the person. */
async function parentOf(tx: TenantTransaction, caller: HumanPrincipal | AgentPrincipal): Promise<GrantParent | null> {
  const { scopes, credentialId } = caller;
  if (caller.kind === "agent") return { scopes, ...(await holdAgentKey(tx, credentialId)) };
  if (caller.carrier === "session") return null;
  return { scopes, expiresAt: await holdApiKey(tx, credentialId) };
}
