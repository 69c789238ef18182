// How the installation reaches what is outside. The proxy's password is sealed to the proxy and the user name it was given for.
import type { Secret } from "../../contracts/core/secret.ts";
import type { OutboundStored } from "../../contracts/installation/outbound.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { deleteConfig, getConfig, openSecretConfig, setConfig, setSecretConfig } from "./system-config.ts";

export interface StoredOutbound extends OutboundStored {
  readonly password: Secret | null;
}

/** Null while an administrator set nothing: then the environment counts. */
export async function readOutbound(tx: GlobalTransaction): Promise<StoredOutbound | null> {
  const settings = await getConfig(tx, "outbound.settings");
  if (settings === undefined) return null;
  const password = settings.hasPassword ? await openSecretConfig(tx, "outbound.proxyPassword", bindingOf(settings)) : null;
  return { ...settings, password };
}

export async function writeOutbound(tx: GlobalTransaction, outbound: StoredOutbound, updatedBy: string): Promise<void> {
  const { password, ...settings } = outbound;
  await setConfig(tx, { key: "outbound.settings", value: { ...settings, hasPassword: password !== null }, updatedBy });
  if (password === null) await deleteConfig(tx, "outbound.proxyPassword");
  else await setSecretConfig(tx, { key: "outbound.proxyPassword", secret: password, binding: bindingOf(settings), updatedBy });
}

/** What the environment says counts again. */
export async function deleteOutbound(tx: GlobalTransaction): Promise<void> {
  await deleteConfig(tx, "outbound.settings");
  await deleteConfig(tx, "outbound.proxyPassword");
}

function bindingOf({ proxyUrl, username }: Pick<OutboundStored, "proxyUrl" | "username">): string {
  return `${proxyUrl ?? ""} ${username ?? ""}`;
}
