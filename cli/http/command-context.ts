// What every command shares: the options of all, a client for the API, and how results are printed.
import type { Command } from "commander";
import { z } from "zod";
import { createApiClient, type ApiClient } from "./api-client.ts";
import { isUnprotected, resolveTargetWithKey } from "./target.ts";
import type { CliIo } from "../terminal/io.ts";

const globalsSchema = z.object({ url: z.string().optional(), json: z.boolean().default(false) });

export interface CommandContext {
  readonly io: CliIo;
  /** `--url`, when given. */
  readonly url: string | undefined;
  readonly json: boolean;
}

export function contextOf(io: CliIo, command: Command): CommandContext {
  const { url, json } = globalsSchema.parse(command.optsWithGlobals());
  return { io, url, json };
}

/** A client that calls with the personal key. */
export async function keyClient({ io, url }: CommandContext): Promise<ApiClient> {
  const target = await resolveTargetWithKey(io, url);
  warnIfUnprotected(io, target.url);
  return createApiClient(target.url, { kind: "key", apiKey: target.apiKey });
}

export function warnIfUnprotected(io: CliIo, url: URL): void {
  if (isUnprotected(url)) io.stderr.write(`Warning: ${url.origin} is not encrypted; your key can be read on the way.\n`);
}

/** For a sign-in that the api refuses for a while. */
export function tellWait(io: CliIo): (milliseconds: number) => void {
  return (milliseconds) => {
    io.stderr.write(`Too many people are signing in. Retrying in ${Math.ceil(milliseconds / 1000)} s.\n`);
  };
}

/** `--json`: one JSON document on standard output and nothing else. Otherwise the text for people. */
export function print({ io, json }: CommandContext, value: unknown, text: () => string): void {
  io.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text());
}

/** Remarks for people at a terminal; quiet in a pipe. */
export function remark({ io, json }: CommandContext, text: string): void {
  if (!json && io.stderr.isTTY === true) io.stderr.write(`${text}\n`);
}
