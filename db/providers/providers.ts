// LLM providers of a tenant. Every change raises the configuration's revision in the same transaction.
import { randomUUID } from "node:crypto";
import { FleetError } from "../../contracts/core/errors.ts";
import type { ProviderCreate, ProviderUpdate } from "../../contracts/providers/provider.ts";
import { PROVIDER_DEFAULTS } from "../../contracts/providers/provider-facts.ts";
import type { ProviderTestResult } from "../../contracts/providers/provider-test.ts";
import { Secret, type SecretPlace } from "../../contracts/core/secret.ts";
import type { TenantTransaction } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import { LlmProvider, type LlmProviderRow } from "./llm-provider.ts";
import { touchAgentConfig } from "../agent-config/agent-configs.ts";

/** Of the tenant, in order of creation. */
export async function listProviders(tx: TenantTransaction): Promise<LlmProviderRow[]> {
  return tx.em.find(LlmProvider, { tenant: tx.tenant }, { orderBy: { createdAt: "asc", id: "asc" }, disableIdentityMap: true });
}

/**
 * Those that the tenant's agent may use: its own; or, where none of them could be used, those that the owner of an agent lends
 * to it. Row-level security shows these to the agent, and to nobody else.
 */
export async function listUsableProviders(tx: TenantTransaction): Promise<LlmProviderRow[]> {
  const rows = await tx.em.find(LlmProvider, {}, { orderBy: { createdAt: "asc", id: "asc" }, disableIdentityMap: true });
  const own = rows.filter(({ tenant }) => tenant === tx.tenant);
  const isUsable = own.some(({ isActive, models }) => isActive && models.length > 0);
  return isUsable ? own : [...own, ...rows.filter(({ tenant }) => tenant !== tx.tenant)];
}

/** @throws FleetError NOT_FOUND */
export async function getProvider(tx: TenantTransaction, id: string): Promise<LlmProviderRow> {
  const row = await tx.em.findOne(LlmProvider, { id, tenant: tx.tenant }, { disableIdentityMap: true });
  if (row === null) throw notFound();
  return row;
}

/** @throws FleetError CONFLICT for a name that is taken, VALIDATION_FAILED for a missing baseUrl. */
export async function insertProvider(tx: TenantTransaction, input: ProviderCreate): Promise<LlmProviderRow> {
  const defaults = PROVIDER_DEFAULTS[input.type];
  const id = randomUUID();
  const baseUrl = input.baseUrl ?? defaults.baseUrl;
  if (baseUrl === null) throw invalid("baseUrl", "This type of provider needs a base URL.");
  const key = sealKey(tx, { id, tenant: tx.tenant, baseUrl }, input.apiKey ?? null);
  try {
    await tx.sql(
      `INSERT INTO mosaic.llm_providers
         (id, tenant, name, display_name, type, base_url, api_key, api_key_last_four, api_type, models, is_active)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11)`,
      [
        ...[id, tx.tenant, input.name, input.displayName, input.type, baseUrl, key.sealed, key.lastFour],
        ...[input.apiType ?? defaults.apiType, JSON.stringify(input.models), input.isActive],
      ],
    );
  } catch (cause) {
    if (isUniqueViolation(cause)) throw new FleetError("CONFLICT", `A provider named ${input.name} already exists.`, { cause });
    throw cause;
  }
  await touchAgentConfig(tx);
  return getProvider(tx, id);
}

/**
 * Absent fields stay. A new origin in baseUrl needs the key in the same call, because the stored key is bound to its origin.
 * @throws FleetError NOT_FOUND, VALIDATION_FAILED
 */
export async function updateProvider(tx: TenantTransaction, id: string, change: ProviderUpdate): Promise<LlmProviderRow> {
  await tx.sql("SELECT 1 FROM mosaic.llm_providers WHERE id = $1 FOR UPDATE", [id]);
  const row = await getProvider(tx, id);
  const defaults = PROVIDER_DEFAULTS[row.type];
  const baseUrl = change.baseUrl === undefined ? row.baseUrl : (change.baseUrl ?? defaults.baseUrl);
  if (baseUrl === null) throw invalid("baseUrl", "This type of provider needs a base URL.");
  const key =
    change.apiKey === undefined ? keptKey(row, baseUrl) : sealKey(tx, { id, tenant: row.tenant, baseUrl }, change.apiKey);
  const apiType = change.apiType === undefined ? row.apiType : (change.apiType ?? defaults.apiType);
  await tx.sql(
    `UPDATE mosaic.llm_providers
        SET display_name = $2, base_url = $3, api_key = $4, api_key_last_four = $5, api_type = $6,
            models = $7::jsonb, is_active = $8, updated_at = mosaic.now(),
            last_test_at = CASE WHEN $9 THEN last_test_at END,
            last_test_reason = CASE WHEN $9 THEN last_test_reason END,
            last_test_status = CASE WHEN $9 THEN last_test_status END
      WHERE id = $1`,
    [
      ...[id, change.displayName ?? row.displayName, baseUrl, key.sealed, key.lastFour, apiType],
      ...[JSON.stringify(change.models ?? row.models), change.isActive ?? row.isActive],
      baseUrl === row.baseUrl && key.sealed === row.apiKey && apiType === row.apiType,
    ],
  );
  await touchAgentConfig(tx);
  return getProvider(tx, id);
}

/** Remembers how a test of exactly this connection went; one that was changed meanwhile stays untested. */
export async function recordProviderTest(
  tx: TenantTransaction,
  row: Pick<LlmProviderRow, "id" | "baseUrl" | "apiKey" | "apiType">,
  { reason, status }: Pick<ProviderTestResult, "reason" | "status">,
): Promise<void> {
  await tx.sql(
    `UPDATE mosaic.llm_providers
        SET last_test_at = mosaic.now(), last_test_reason = $5, last_test_status = $6
      WHERE id = $1 AND base_url = $2 AND api_type = $3 AND api_key IS NOT DISTINCT FROM $4`,
    [row.id, row.baseUrl, row.apiType, row.apiKey, reason, status],
  );
}

/** What is gone. @throws FleetError NOT_FOUND */
export async function deleteProvider(tx: TenantTransaction, id: string): Promise<Pick<LlmProviderRow, "id" | "name">> {
  const sql = "DELETE FROM mosaic.llm_providers WHERE id = $1 RETURNING id, name";
  const [deleted] = await tx.sql<Pick<LlmProviderRow, "id" | "name">>(sql, [id]);
  if (deleted === undefined) throw notFound();
  await touchAgentConfig(tx);
  return deleted;
}

/** @throws FleetError SECRET_UNREADABLE when the row was tampered with. */
export function openProviderKey(tx: TenantTransaction, row: LlmProviderRow): Secret | null {
  return row.apiKey === null ? null : tx.secrets.open(row.apiKey, placeOf(row));
}

interface StoredKey {
  readonly sealed: string | null;
  readonly lastFour: string | null;
}

type KeyPlace = Pick<LlmProviderRow, "id" | "tenant" | "baseUrl">;

function sealKey(tx: TenantTransaction, row: KeyPlace, apiKey: string | null): StoredKey {
  if (apiKey === null) return { sealed: null, lastFour: null };
  const secret = new Secret(apiKey);
  return { sealed: tx.secrets.seal(secret, placeOf(row)), lastFour: secret.lastFour() };
}

function keptKey(row: LlmProviderRow, baseUrl: string): StoredKey {
  if (row.apiKey !== null && new URL(row.baseUrl).origin !== new URL(baseUrl).origin) {
    throw invalid("apiKey", "Enter the API key again: the base URL now points to another server.");
  }
  return { sealed: row.apiKey, lastFour: row.apiKeyLastFour };
}

/** Under the tenant of the row: a lent key is its owner's. */
function placeOf({ id: rowId, tenant, baseUrl }: KeyPlace): SecretPlace {
  return { table: "llm_providers", column: "api_key", tenant, rowId, binding: new URL(baseUrl).origin };
}

function invalid(path: string, message: string): FleetError {
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path, message }] });
}

function notFound(): FleetError {
  return new FleetError("NOT_FOUND", "There is no such provider.");
}
