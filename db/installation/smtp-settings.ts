// The mail server of the installation. Its password is sealed to the server's name: another server needs it again.
import type { Secret } from "../../contracts/core/secret.ts";
import type { SystemConfigValue } from "../../contracts/installation/system-config.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { deleteConfig, getConfig, openSecretConfig, setConfig, setSecretConfig } from "./system-config.ts";

export interface SmtpServer extends SystemConfigValue<"smtp.settings"> {
  readonly password: Secret | null;
}

/** Null while none is set. */
export async function readSmtpServer(tx: GlobalTransaction): Promise<SmtpServer | null> {
  const settings = await getConfig(tx, "smtp.settings");
  if (settings === undefined) return null;
  const password = settings.hasPassword ? await openSecretConfig(tx, "smtp.password", settings.host) : null;
  return { ...settings, password };
}

export async function writeSmtpServer(tx: GlobalTransaction, server: SmtpServer, updatedBy: string): Promise<void> {
  const { password, ...settings } = server;
  await setConfig(tx, { key: "smtp.settings", value: { ...settings, hasPassword: password !== null }, updatedBy });
  if (password === null) await deleteConfig(tx, "smtp.password");
  else await setSecretConfig(tx, { key: "smtp.password", secret: password, binding: settings.host, updatedBy });
}

export async function deleteSmtpServer(tx: GlobalTransaction): Promise<void> {
  await deleteConfig(tx, "smtp.settings");
  await deleteConfig(tx, "smtp.password");
}
