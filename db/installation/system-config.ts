// Settings of the installation: typed rows of system_config; secret ones are sealed.
import { SYSTEM_CONFIG_CHANNEL } from "../../contracts/core/channels.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Secret, SecretPlace } from "../../contracts/core/secret.ts";
import { SYSTEM_CONFIG, type SystemConfigKey, type SystemConfigValue } from "../../contracts/installation/system-config.ts";
import { writeAuthorised } from "../core/authority.ts";
import type { GlobalTransaction } from "../core/database.ts";

/** Undefined while it was never written. @throws FleetError CONFIG_INVALID when the row does not fit its schema. */
export async function getConfig<K extends SystemConfigKey>(
  tx: GlobalTransaction,
  key: K,
): Promise<SystemConfigValue<K> | undefined> {
  const [row] = await tx.sql<{ value: unknown }>("SELECT value FROM mosaic.system_config WHERE key = $1", [key]);
  if (row === undefined || row.value === null) return undefined;
  const parsed = SYSTEM_CONFIG[key].schema.safeParse(row.value);
  if (!parsed.success) throw new FleetError("CONFIG_INVALID", `The setting ${key} is not valid.`, { cause: parsed.error });
  // oxlint-disable-next-line typescript/consistent-type-assertions -- The schema belongs to the key, which the index type does not say.
  return parsed.data as SystemConfigValue<K>;
}

/** @throws FleetError CONFIG_INVALID while the migrations have not run. */
export async function getInstallationId(tx: GlobalTransaction): Promise<string> {
  const id = await getConfig(tx, "installation.id");
  if (id === undefined) throw new FleetError("CONFIG_INVALID", "The installation has no id. Run the migrations.");
  return id;
}

/** Writes a setting that is no secret, and tells the listeners. `updatedBy`: a principal's id. */
export async function setConfig<K extends SystemConfigKey>(
  tx: GlobalTransaction,
  setting: { readonly key: K; readonly value: SystemConfigValue<K>; readonly updatedBy: string | null },
): Promise<void> {
  await write(tx, setting.key, { value: JSON.stringify(setting.value), sealed: null, updatedBy: setting.updatedBy });
}

export async function setSecretConfig(
  tx: GlobalTransaction,
  setting: {
    readonly key: SystemConfigKey;
    readonly secret: Secret;
    readonly binding: string;
    readonly updatedBy: string | null;
  },
): Promise<void> {
  const sealed = tx.secrets.seal(setting.secret, placeOf(setting.key, setting.binding));
  await write(tx, setting.key, { value: null, sealed, updatedBy: setting.updatedBy });
}

/** Null when it was never written. `binding` as when it was sealed. @throws FleetError SECRET_UNREADABLE */
export async function openSecretConfig(tx: GlobalTransaction, key: SystemConfigKey, binding: string): Promise<Secret | null> {
  const [row] = await tx.sql<{ sealed: string | null }>("SELECT sealed FROM mosaic.system_config WHERE key = $1", [key]);
  return row === undefined || row.sealed === null ? null : tx.secrets.open(row.sealed, placeOf(key, binding));
}

/** Fine when it was never written. */
export async function deleteConfig(tx: GlobalTransaction, key: SystemConfigKey): Promise<void> {
  if (isGuarded(key)) await writeAuthorised(tx, "delete_config", [key]);
  else await tx.sql("DELETE FROM mosaic.system_config WHERE key = $1", [key]);
  await tx.sql("SELECT pg_notify($1, '')", [SYSTEM_CONFIG_CHANNEL]);
}

interface StoredSetting {
  readonly value: string | null;
  readonly sealed: string | null;
  readonly updatedBy: string | null;
}

/** Who is let in, and as what: a policy keeps services from writing these by themselves. */
function isGuarded(key: SystemConfigKey): boolean {
  return key.startsWith("oidc.");
}

async function write(tx: GlobalTransaction, key: SystemConfigKey, stored: StoredSetting): Promise<void> {
  const row = [key, stored.value, stored.sealed, stored.updatedBy];
  if (isGuarded(key)) await writeAuthorised(tx, "write_config", row);
  else
    await tx.sql(
      `INSERT INTO mosaic.system_config (key, value, sealed, updated_by) VALUES ($1, $2::jsonb, $3, $4)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, sealed = excluded.sealed, updated_by = excluded.updated_by,
         updated_at = mosaic.now()`,
      row,
    );
  await tx.sql("SELECT pg_notify($1, '')", [SYSTEM_CONFIG_CHANNEL]);
}

function placeOf(key: SystemConfigKey, binding: string): SecretPlace {
  return { table: "system_config", column: "sealed", tenant: null, rowId: key, binding };
}
