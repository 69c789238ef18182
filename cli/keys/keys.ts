// `mosaic keys`: your personal API keys.
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import { ALL_SCOPES, SCOPES } from "../../contracts/core/principal.ts";
import { apiKeyCreatedSchema, apiKeyViewSchema } from "../../contracts/sign-in/session.ts";
import type { CliIo } from "../terminal/io.ts";
import { localTime, table } from "../terminal/printing.ts";
import { contextOf, keyClient, print, remark } from "../http/command-context.ts";

const PATH = "/api/me/keys";
const MS_PER_DAY = 24 * 60 * 60_000;

const EXAMPLES = `
Scopes:
${Object.entries(SCOPES)
  .map(([scope, meaning]) => `  ${scope.padEnd(16)} ${meaning}`)
  .join("\n")}

Examples:
  mosaic keys create laptop                                   for chats only
  mosaic keys create ci --scope chat:send container:read --expires-in-days 90
  mosaic keys revoke mpk_abcdefghij2345abcdef`;

export function addKeysCommands(program: Command, io: CliIo): void {
  const keys = program
    .command("keys")
    .description("your personal API keys, for SDKs, scripts and this command (scope keys:manage)")
    .addHelpText("after", EXAMPLES);
  addListCommand(keys, io);
  addCreateCommand(keys, io);
  keys
    .command("revoke")
    .description("revoke a key; it stops working immediately")
    .argument("<keyId>", "its public part, as `mosaic keys list` shows it")
    .action(async (keyId: string, _options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      await api.call({ method: "DELETE", path: `${PATH}/${encodeURIComponent(keyId)}` }, z.undefined());
      print(context, { revoked: keyId }, () => `Revoked ${keyId}.\n`);
    });
}

function addListCommand(keys: Command, io: CliIo): void {
  keys
    .command("list")
    .description("list your keys, without their secrets")
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const found = await api.call({ method: "GET", path: PATH }, z.strictObject({ keys: z.array(apiKeyViewSchema) }));
      const rows = found.keys.map((key) => [
        key.keyId,
        key.name,
        `…${key.lastFour}`,
        key.scopes.join(" "),
        key.expiresAt === null ? "never" : localTime(key.expiresAt),
        key.lastUsedAt === null ? "never" : localTime(key.lastUsedAt),
      ]);
      print(context, found, () => table([["KEY", "NAME", "ENDS", "SCOPES", "EXPIRES", "LAST USED"], ...rows]));
    });
}

const createOptionsSchema = z.object({ scope: z.array(z.enum(ALL_SCOPES)), expiresInDays: z.number().optional() });

function addCreateCommand(keys: Command, io: CliIo): void {
  keys
    .command("create")
    .description("create a key; it is shown only once")
    .argument("<name>", "a name to recognise it by")
    .addOption(new Option("-s, --scope <scope...>", "a scope of the key").choices(ALL_SCOPES).default(["chat:send"]))
    .option("--expires-in-days <days>", "when it ends (default: never)", days)
    .action(async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { scope, expiresInDays } = createOptionsSchema.parse(given);
      const end = expiresInDays === undefined ? undefined : new Date(Date.now() + expiresInDays * MS_PER_DAY).toISOString();
      const api = await keyClient(context);
      // Left out, the key lives as long as the one that makes it.
      const body = { name, scopes: scope, ...(end === undefined ? {} : { expiresAt: end }) };
      const created = await api.call({ method: "POST", path: PATH, body }, apiKeyCreatedSchema);
      // The key alone on standard output, so that it can be piped to where it belongs.
      print(context, created, () => `${created.apiKey}\n`);
      remark(context, `This is the only time it is shown. Its public part: ${created.keyId}`);
    });
}

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 3650) return value;
  throw new InvalidArgumentError("Give whole days, 1 to 3650.");
}
