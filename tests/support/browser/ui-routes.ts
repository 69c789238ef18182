// The addresses of the web interface, read from its own tree of routes, so that a new page cannot escape a check.
import { join } from "node:path";
import { z } from "zod";
import { runCommand } from "../../../cli/up/run-command.ts";

const SCRIPT = join(import.meta.dirname, "print-ui-routes.ts");
const TIMEOUT_MS = 120_000;

/** Paths such as `/chat/$conversationId`; those that only lead on to another page are left out. */
export async function listPagePaths(): Promise<readonly string[]> {
  const env = { PATH: process.env["PATH"] };
  const printed = await runCommand(process.execPath, [SCRIPT], {
    env,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    timeoutMs: TIMEOUT_MS,
  });
  return z.array(z.string()).parse(JSON.parse(printed));
}
