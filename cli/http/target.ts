// Where a command goes, and with which key: option, then environment, then the file of `mosaic login`.
import { pastedToken } from "../../contracts/core/pasted-secret.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { readConfig } from "./config-file.ts";

const DEFAULT_PORT = "4000";
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export interface Target {
  readonly url: URL;
  readonly apiKey: Secret | null;
}

/** @throws CliError when the URL is none, or when the file of `mosaic login` cannot be used. */
export async function resolveTarget(io: CliIo, given: string | undefined): Promise<Target> {
  const config = await readConfig(io);
  const text = given ?? io.env["MOSAIC_URL"] ?? config?.url ?? `http://127.0.0.1:${io.env["MOSAIC_PORT"] || DEFAULT_PORT}`;
  const url = parseUrl(text);
  const variable = pastedToken(io.env["MOSAIC_API_KEY"] ?? "");
  // A key must not go to another place than the one it was given for.
  const saved = config !== null && new URL(config.url).origin === url.origin ? config.apiKey : undefined;
  const apiKey = variable || saved;
  return { url, apiKey: apiKey === undefined ? null : new Secret(apiKey) };
}

/** The same with a key. @throws CliError when there is none. */
export async function resolveTargetWithKey(
  io: CliIo,
  given: string | undefined,
): Promise<Target & { readonly apiKey: Secret }> {
  const { url, apiKey } = await resolveTarget(io, given);
  if (apiKey !== null) return { url, apiKey };
  const cure = "Run `mosaic login`, or set MOSAIC_API_KEY to a personal API key.";
  throw new CliError(`You have no key for ${url.origin}.`, { exitCode: EXIT.notAllowed, cure });
}

/** True where everyone on the way could read what is sent. */
export function isUnprotected(url: URL): boolean {
  return url.protocol === "http:" && !isLocal(url);
}

/** True for an installation on this machine. */
export function isLocal(url: URL): boolean {
  return LOOPBACK.has(url.hostname);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "") return url;
  const cure = "Use a URL such as http://127.0.0.1:4000 or https://fleet.example.org.";
  throw new CliError("The URL of the installation cannot be used.", { exitCode: EXIT.usage, cure });
}
