// Settings of the identity provider: those in effect, and a candidate that must pass a test sign-in before it replaces them.
import { FleetError } from "../../contracts/core/errors.ts";
import type { OidcStored, OidcTestResult } from "../../contracts/sign-in/oidc.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import type { SystemConfigKey, SystemConfigValue } from "../../contracts/installation/system-config.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { deleteConfig, getConfig, openSecretConfig, setConfig, setSecretConfig } from "../installation/system-config.ts";

/** Sealed to the issuer, so that it cannot be sent to another one by a change of the address in the database. */
export interface OidcCredentials extends OidcStored {
  readonly clientSecret: Secret;
}
export interface TestedCandidate {
  readonly settings: OidcStored;
  /** Of exactly these values. */
  readonly test: OidcTestResult | null;
}
export type OidcWhich = "active" | "candidate";

const SECRET_KEYS = { active: "oidc.clientSecret", candidate: "oidc.candidateSecret" } as const satisfies Record<
  OidcWhich,
  SystemConfigKey
>;

/** Null while there are none, and while something is missing or does not fit: then nobody can sign in that way. */
export async function readActiveOidc(tx: GlobalTransaction): Promise<OidcStored | null> {
  const [issuerUrl, clientId, rest] = [
    await readable(tx, "oidc.issuerUrl"),
    await readable(tx, "oidc.clientId"),
    await readable(tx, "oidc.settings"),
  ];
  if (issuerUrl === undefined || clientId === undefined || rest === undefined) return null;
  return (await hasSecret(tx, "active")) ? { ...rest, issuerUrl, clientId } : null;
}

export async function readOidcCandidate(tx: GlobalTransaction): Promise<TestedCandidate | null> {
  const settings = await readable(tx, "oidc.candidate");
  if (settings === undefined || !(await hasSecret(tx, "candidate"))) return null;
  const stored = await readable(tx, "oidc.candidateTest");
  if (stored?.revision !== settings.revision) return { settings, test: null };
  const { revision: _, ...test } = stored;
  return { settings, test };
}

/** @throws FleetError SECRET_UNREADABLE when the secret was sealed to another issuer; null as above. */
export async function openOidcCredentials(tx: GlobalTransaction, which: OidcWhich): Promise<OidcCredentials | null> {
  const settings = which === "active" ? await readActiveOidc(tx) : ((await readOidcCandidate(tx))?.settings ?? null);
  if (settings === null) return null;
  const clientSecret = await openSecretConfig(tx, SECRET_KEYS[which], settings.issuerUrl);
  return clientSecret === null ? null : { ...settings, clientSecret };
}

/** Takes the place of an earlier candidate, and of its test. */
export async function writeOidcCandidate(
  tx: GlobalTransaction,
  candidate: Omit<OidcCredentials, "revision">,
  updatedBy: string,
): Promise<OidcStored> {
  await lockSettings(tx);
  const { clientSecret, ...settings } = candidate;
  const stored = { ...settings, revision: await nextRevision(tx, updatedBy) };
  await setConfig(tx, { key: "oidc.candidate", value: stored, updatedBy });
  const binding = settings.issuerUrl;
  await setSecretConfig(tx, { key: "oidc.candidateSecret", secret: clientSecret, binding, updatedBy });
  await deleteConfig(tx, "oidc.candidateTest");
  return stored;
}

/** @throws FleetError CONFLICT when the candidate has changed since. */
export async function writeOidcTest(
  tx: GlobalTransaction,
  passed: { readonly revision: number; readonly test: OidcTestResult; readonly updatedBy: string },
): Promise<void> {
  await lockSettings(tx);
  const candidate = await readOidcCandidate(tx);
  if (candidate?.settings.revision !== passed.revision)
    throw new FleetError("CONFLICT", "The settings changed during the test. Test them again.");
  const { revision, test, updatedBy } = passed;
  await setConfig(tx, { key: "oidc.candidateTest", value: { ...test, revision }, updatedBy });
}

/** @throws FleetError CONFLICT without a candidate, or without a passed test of it. */
export async function activateOidcCandidate(tx: GlobalTransaction, updatedBy: string): Promise<OidcStored> {
  await lockSettings(tx);
  const candidate = await readOidcCandidate(tx);
  const credentials = await openOidcCredentials(tx, "candidate");
  if (candidate === null || credentials === null)
    throw new FleetError("CONFLICT", "There are no candidate settings to activate.");
  if (candidate.test === null) throw new FleetError("CONFLICT", "These settings have not passed a test sign-in yet.");
  const { issuerUrl, clientId, ...rest } = candidate.settings;
  await setConfig(tx, { key: "oidc.issuerUrl", value: issuerUrl, updatedBy });
  await setConfig(tx, { key: "oidc.clientId", value: clientId, updatedBy });
  await setConfig(tx, { key: "oidc.settings", value: rest, updatedBy });
  const secret = credentials.clientSecret;
  await setSecretConfig(tx, { key: "oidc.clientSecret", secret, binding: issuerUrl, updatedBy });
  await deleteOidcCandidate(tx);
  return candidate.settings;
}

/** Fine when there is none. */
export async function deleteOidcCandidate(tx: GlobalTransaction): Promise<void> {
  await deleteAll(tx, ["oidc.candidate", "oidc.candidateSecret", "oidc.candidateTest"]);
}

/** Nobody signs in that way any more; identities stay, for the case that it comes back. Fine when there is none. */
export async function deleteActiveOidc(tx: GlobalTransaction): Promise<void> {
  await lockSettings(tx);
  await deleteAll(tx, ["oidc.issuerUrl", "oidc.clientId", "oidc.settings", "oidc.clientSecret"]);
}

async function deleteAll(tx: GlobalTransaction, keys: readonly SystemConfigKey[]): Promise<void> {
  for (const key of keys) await deleteConfig(tx, key);
}

/** Never given twice: by its revision a sign-in under way is told from one with other settings. */
async function nextRevision(tx: GlobalTransaction, updatedBy: string): Promise<number> {
  const revision = ((await readable(tx, "oidc.revision")) ?? 0) + 1;
  await setConfig(tx, { key: "oidc.revision", value: revision, updatedBy });
  return revision;
}

/** Two administrators who change, test and activate wait for each other. */
async function lockSettings(tx: GlobalTransaction): Promise<void> {
  await tx.sql("SELECT pg_advisory_xact_lock(hashtextextended('mosaic.oidc', 0))");
}

async function hasSecret(tx: GlobalTransaction, which: OidcWhich): Promise<boolean> {
  const rows = await tx.sql("SELECT 1 AS there FROM mosaic.system_config WHERE key = $1 AND sealed IS NOT NULL", [
    SECRET_KEYS[which],
  ]);
  return rows.length > 0;
}

/** What does not fit its schema is as if it were not there: signing in by password must not suffer from it. */
async function readable<K extends SystemConfigKey>(tx: GlobalTransaction, key: K): Promise<SystemConfigValue<K> | undefined> {
  try {
    return await getConfig(tx, key);
  } catch (error) {
    if (error instanceof FleetError && error.code === "CONFIG_INVALID") return undefined;
    throw error;
  }
}
