// Who chats, and where their agent is: one round trip to Postgres.
import { FleetError } from "../../contracts/errors.ts";
import { ALL_SCOPES, type HumanPrincipal } from "../../contracts/principal.ts";
import type { GatewayTarget } from "../../adapters/openclaw-gateway.ts";
import type { Database } from "../../db/database.ts";
import { admitChat, type Admission, type Credential } from "../../db/repositories/admission.ts";

export interface ChatCaller {
  readonly principal: HumanPrincipal;
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
  const scopes = admission.scopes ?? ALL_SCOPES;
  if (!scopes.includes("chat:send"))
    throw new FleetError("FORBIDDEN", "This key may not do that; it needs the scope chat:send.");
  const { userId: id, name, systemRole, tenant } = admission;
  const { carrier } = credential;
  const credentialId = carrier === "key" ? credential.keyId : (credential.hashes[0]?.toString("hex") ?? "");
  return {
    credential,
    hasUsableProvider: admission.hasUsableProvider,
    principal: { kind: "human", id, name, systemRole, tenant, scopes, carrier, credentialId },
    target: targetOf(admission),
  };
}

/** @throws FleetError PROVIDER_REQUIRED */
export function assertUsableProvider(caller: ChatCaller): void {
  if (caller.hasUsableProvider) return;
  throw new FleetError("PROVIDER_REQUIRED", "Connect a model provider first: your agent has none that it could use.");
}

function targetOf({ status, phase, containerId, generation, address, gatewayToken }: Admission): GatewayTarget | null {
  if (status !== "running" || phase !== "ready") return null;
  if (containerId === null || generation === null || address === null || gatewayToken === null) return null;
  return { containerId, generation, address, token: gatewayToken };
}
