// `mosaic keys`: your personal API keys.
import { Option, type Command } from "commander";
import { z } from "zod";
import { ALL_SCOPES, SCOPES } from "../../contracts/core/principal.ts";
import { apiKeyCreatedSchema, apiKeyViewSchema } from "../../contracts/sign-in/session.ts";
import type { ApiClient } from "../http/api-client.ts";
import { resolveTargetWithKey } from "../http/target.ts";
import type { CliIo } from "../terminal/io.ts";
import { expiryOf, keyLifeSchema, withKeyLife } from "../terminal/key-life.ts";
import { localTime, table } from "../terminal/printing.ts";
import { contextOf, keyClient, print, remark, type CommandContext } from "../http/command-context.ts";

const PATH = "/api/me/keys";

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

const createOptionsSchema = z.object({ scope: z.array(z.enum(ALL_SCOPES)), expiresInDays: keyLifeSchema });

function addCreateCommand(keys: Command, io: CliIo): void {
  withKeyLife(keys.command("create").description("create a key; it is shown only once"))
    .argument("<name>", "a name to recognise it by")
    .addOption(new Option("-s, --scope <scope...>", "a scope of the key").choices(ALL_SCOPES).default(["chat:send"]))
    .action(async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { scope, expiresInDays } = createOptionsSchema.parse(given);
      const api = await keyClient(context);
      const expiresAt = expiresInDays === undefined ? await defaultExpiry(context, api) : expiryOf(expiresInDays);
      const body = { name, scopes: scope, expiresAt };
      const created = await api.call({ method: "POST", path: PATH, body }, apiKeyCreatedSchema);
      // The key alone on standard output, so that it can be piped to where it belongs.
      print(context, created, () => `${created.apiKey}\n`);
      remark(context, `This is the only time it is shown. Its public part: ${created.keyId}`);
    });
}

/** A key cannot outlive the one that creates it: only an expiry that someone asks for may be refused for that. */
async function defaultExpiry(context: CommandContext, api: ApiClient): Promise<string | null> {
  const wanted = expiryOf(undefined);
  const { keys } = await api.call({ method: "GET", path: PATH }, z.strictObject({ keys: z.array(apiKeyViewSchema) }));
  const { apiKey } = await resolveTargetWithKey(context.io, context.url);
  const own = keys.find(({ keyId }) => apiKey.reveal().startsWith(`${keyId}_`));
  const ends = [wanted, own?.expiresAt ?? null].filter((end) => end !== null);
  return ends.toSorted()[0] ?? null;
}
