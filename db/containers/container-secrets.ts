// What one start of a container is given: the tokens it shows and is shown, and what its gateway proves itself with. Sealed.
import { newAgentToken, newGatewayToken } from "../../adapters/crypto/credentials.ts";
import { newGatewayIdentity, type GatewayIdentity } from "../../adapters/crypto/gateway-identity.ts";
import { Secret, type SecretPlace } from "../../contracts/core/secret.ts";
import type { TenantTransaction } from "../core/database.ts";

export interface StartSecrets {
  readonly agentToken: Secret;
  readonly gatewayToken: Secret;
  readonly gatewayIdentity: GatewayIdentity;
}

export function newStartSecrets(): StartSecrets {
  return { agentToken: newAgentToken(), gatewayToken: newGatewayToken(), gatewayIdentity: newGatewayIdentity() };
}

export interface GatewayAccess {
  readonly token: Secret;
  readonly identity: GatewayIdentity;
}

/** What the container of the newest start needs to be a gateway; null while no start is claimed. @throws FleetError SECRET_UNREADABLE */
export async function openGatewayAccess(tx: TenantTransaction): Promise<GatewayAccess | null> {
  const [row] = await tx.sql<SealedGateway & { id: string }>(
    `SELECT container_id AS id, ${GATEWAY_COLUMNS} FROM mosaic.container_secrets WHERE tenant = $1`,
    [tx.tenant],
  );
  return row === undefined ? null : openGateway(tx, row.id, row);
}

/** What the running gateway is known by; null for one that was started before gateways had certificates. */
export async function openGatewayCertificate(tx: TenantTransaction): Promise<string | null> {
  const [row] = await tx.sql<{ id: string; sealed: string | null }>(
    "SELECT container_id AS id, gateway_certificate AS sealed FROM mosaic.container_secrets WHERE tenant = $1",
    [tx.tenant],
  );
  if (row === undefined || row.sealed === null) return null;
  return tx.secrets.open(row.sealed, secretPlace(tx, row.id, "gateway_certificate")).reveal();
}

type SecretColumn = "agent_token" | "gateway_token" | "gateway_certificate" | "gateway_key";

function secretPlace(tx: TenantTransaction, containerId: string, column: SecretColumn): SecretPlace {
  return { table: "container_secrets", column, tenant: tx.tenant, rowId: containerId, binding: "" };
}

interface SealedGateway {
  readonly gatewayToken: string | null;
  readonly gatewayCertificate: string | null;
  readonly gatewayKey: string | null;
}
const GATEWAY_COLUMNS = `gateway_token AS "gatewayToken", gateway_certificate AS "gatewayCertificate", gateway_key AS "gatewayKey"`;

function openGateway(tx: TenantTransaction, containerId: string, sealed: SealedGateway): GatewayAccess | null {
  const { gatewayToken, gatewayCertificate, gatewayKey } = sealed;
  if (gatewayToken === null || gatewayCertificate === null || gatewayKey === null) return null;
  const open = (text: string, column: SecretColumn): Secret => tx.secrets.open(text, secretPlace(tx, containerId, column));
  return {
    token: open(gatewayToken, "gateway_token"),
    identity: {
      certificate: open(gatewayCertificate, "gateway_certificate").reveal(),
      key: open(gatewayKey, "gateway_key"),
    },
  };
}

/**
 * Null when there are none, or not all. A statement of its own, after the container's row was locked: joined to the locking one it would see the secrets as
 * they were before the wait.
 */
export async function readSecrets(tx: TenantTransaction, containerId: string): Promise<StartSecrets | null> {
  const [row] = await tx.sql<SealedGateway & { agentToken: string | null }>(
    `SELECT agent_token AS "agentToken", ${GATEWAY_COLUMNS} FROM mosaic.container_secrets WHERE container_id = $1`,
    [containerId],
  );
  const gateway = row === undefined ? null : openGateway(tx, containerId, row);
  if (gateway === null || row === undefined || row.agentToken === null) return null;
  return {
    agentToken: tx.secrets.open(row.agentToken, secretPlace(tx, containerId, "agent_token")),
    gatewayToken: gateway.token,
    gatewayIdentity: gateway.identity,
  };
}

export async function storeSecrets(
  tx: TenantTransaction,
  claim: StartSecrets & { readonly containerId: string; readonly generation: number },
): Promise<void> {
  const seal = (column: SecretColumn, secret: Secret): string =>
    tx.secrets.seal(secret, secretPlace(tx, claim.containerId, column));
  const { certificate, key } = claim.gatewayIdentity;
  await tx.sql(
    `UPDATE mosaic.container_secrets
        SET agent_token_hash = $2, agent_token = $3, gateway_token = $4, gateway_certificate = $5, gateway_key = $6,
            generation = $7, last_log_lines = '[]'
      WHERE tenant = $1`,
    [
      ...[tx.tenant, tx.tokens.hash(claim.agentToken), seal("agent_token", claim.agentToken)],
      ...[seal("gateway_token", claim.gatewayToken), seal("gateway_certificate", new Secret(certificate))],
      ...[seal("gateway_key", key), claim.generation],
    ],
  );
}

/** With the stop: nobody is let in by them any more. */
export async function voidSecrets(tx: TenantTransaction): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.container_secrets SET agent_token_hash = NULL, agent_token = NULL, gateway_token = NULL,
            gateway_certificate = NULL, gateway_key = NULL
      WHERE tenant = $1`,
    [tx.tenant],
  );
}
