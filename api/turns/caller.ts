// Who chats, and where their agent is: one round trip to Postgres.
import { FleetError } from "../../contracts/core/errors.ts";
import { agentPrincipal, ALL_SCOPES, type AgentPrincipal, type HumanPrincipal } from "../../contracts/core/principal.ts";
import type { GatewayTarget } from "../../adapters/openclaw/openclaw-gateway.ts";
import type { Database } from "../../db/core/database.ts";
import { admitChat, type Admission, type Credential } from "../../db/core/admission.ts";

export interface ChatCaller {
  readonly principal: HumanPrincipal | AgentPrincipal;
  readonly credential: Credential;
  readonly hasUsableProvider: boolean;
  /** Null unless the agent's container is running and ready. */
  readonly target: GatewayTarget | null;
}

/**
 * Checks credential and scope, notes the activity of a running agent, and finds its gateway.
 * @throws FleetError UNAUTHENTICATED, FORBIDDEN
 */
export async function admitCaller(db: Database, credential: Credential | null): Promise<ChatCaller> {
  const admission = credential === null ? null : await admitChat(db, credential);
  if (credential === null || admission === null) throw new FleetError("UNAUTHENTICATED", "Sign in first, or send a valid key.");
  const principal = principalOf(credential, admission);
  if (!principal.scopes.includes("chat:send")) throw new FleetError("FORBIDDEN", "This key lacks the scope chat:send.");
  return { credential, hasUsableProvider: admission.hasUsableProvider, principal, target: targetOf(admission) };
}

function principalOf(credential: Credential, admission: Admission): HumanPrincipal | AgentPrincipal {
  const { userId: id, name, tenant } = admission;
  const credentialId = credential.carrier === "session" ? (credential.hashes[0]?.toString("hex") ?? "") : credential.keyId;
  if (admission.ownerId !== null) return agentPrincipal({ ...admission, agentUserId: id, credentialId });
  const { systemRole, scopes } = admission;
  const carrier = credential.carrier === "session" ? "session" : "key";
  return { kind: "human", id, name, systemRole, tenant, scopes: scopes ?? ALL_SCOPES, carrier, credentialId };
}

/** @throws FleetError PROVIDER_REQUIRED */
export function assertUsableProvider(caller: ChatCaller): void {
  if (caller.hasUsableProvider) return;
  throw new FleetError("PROVIDER_REQUIRED", "Connect a model provider first: your agent has none it can use.");
}

function targetOf({ status, phase, containerId, generation, address, gateway }: Admission): GatewayTarget | null {
  if (status !== "running" || phase !== "ready") return null;
  if (containerId === null || generation === null || address === null || gateway === null) return null;
  return { containerId, generation, address, ...gateway };
}
