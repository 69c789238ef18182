// Commands that keys cannot do: they sign in as an administrator, and out again.
import type { Command } from "commander";
import type { ApiClient } from "../http/api-client.ts";
import { withSession } from "../http/session.ts";
import { resolveTarget } from "../http/target.ts";
import { askSecret } from "../terminal/questions.ts";
import { tellWait, warnIfUnprotected, type CommandContext } from "../http/command-context.ts";

export function asAdmin(command: Command): Command {
  return command.requiredOption("--as <admin>", "the administrator to sign in as");
}

/** The password is prompted for, or taken from MOSAIC_ADMIN_PASSWORD. */
export async function asAdministrator<T>(
  context: CommandContext,
  admin: string,
  work: (api: ApiClient) => Promise<T>,
): Promise<T> {
  const { io } = context;
  const { url } = await resolveTarget(io, context.url);
  warnIfUnprotected(io, url);
  const password = await askSecret(io, { label: `Password of ${admin}`, variable: "MOSAIC_ADMIN_PASSWORD" });
  return await withSession(url, { username: admin, password, onWait: tellWait(io) }, work);
}
