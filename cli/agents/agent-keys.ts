// `mosaic agents keys`: the keys that an agent signs in with.
import { Option, type Command } from "commander";
import { z } from "zod";
import { KEY_OVERLAP_HOURS } from "../../contracts/agents/facts.ts";
import {
  agentDetailSchema,
  agentKeyCreatedSchema,
  type AgentKeyCreated,
  type AgentKeyView,
} from "../../contracts/agents/schema.ts";
import { contextOf, keyClient, print, remark, type CommandContext } from "../http/command-context.ts";
import type { CliIo } from "../terminal/io.ts";
import { localTime, table } from "../terminal/printing.ts";
import { agentPath, findAgent } from "./find-agent.ts";
import { keyOptionsSchema, SCOPES_HELP, withKeyOptions } from "./key-options.ts";

const HELP = `
${SCOPES_HELP}

Examples:
  mosaic agents keys create night-build --description "runner 2" > key.txt
  mosaic agents keys rotate night-build oak_live_… --overlap-hours 24 > key.txt
  mosaic agents keys revoke night-build oak_live_…`;

export function addAgentKeysCommands(agents: Command, io: CliIo): void {
  const keys = agents.command("keys").description("the keys that an agent signs in with").addHelpText("after", HELP);
  addCreateCommand(keys, io);
  addListCommand(keys, io);
  addRotateCommand(keys, io);
  addRevokeCommand(keys, io);
}

function addListCommand(keys: Command, io: CliIo): void {
  keys
    .command("list")
    .description("list an agent's keys, without their secrets, ended ones too")
    .argument("<agent>", "its name or id")
    .action(async (nameOrId: string, _given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const agent = await findAgent(api, nameOrId);
      const detail = await api.call({ method: "GET", path: agentPath(agent) }, agentDetailSchema);
      const heads = ["KEY", "ENDS", "DESCRIPTION", "SCOPES", "LAST USED", "EXPIRES", "REVOKED", "REPLACED BY"];
      print(context, { keys: detail.keys }, () => table([heads, ...detail.keys.map(row)]));
    });
}

function addCreateCommand(keys: Command, io: CliIo): void {
  withKeyOptions(keys.command("create").description("create another key for an agent; it is shown only once"))
    .argument("<agent>", "its name or id")
    .option("-d, --description <text>", "what the key is for")
    .action(async (nameOrId: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { description, scope, expiresInDays } = keyOptionsSchema.parse(given);
      const api = await keyClient(context);
      const path = `${agentPath(await findAgent(api, nameOrId))}/keys`;
      const body = { description, scopes: scope, expiresInDays };
      printKey(context, await api.call({ method: "POST", path, body }, agentKeyCreatedSchema));
    });
}

/** What the action of a command for one key is called with. */
type KeyActionWords = readonly [agent: string, keyId: string, options: unknown, command: Command];

const rotateOptionsSchema = z.object({ overlapHours: z.coerce.number().pipe(z.literal(KEY_OVERLAP_HOURS)) });

function addRotateCommand(keys: Command, io: CliIo): void {
  const hours = KEY_OVERLAP_HOURS.map(String);
  keys
    .command("rotate")
    .description("replace a key by a new one with the same scopes; the new one is shown only once")
    .argument("<agent>", "its name or id")
    .argument("<key-id>", "the public part, as `list` shows it: oak_live_…")
    .addOption(
      new Option("--overlap-hours <hours>", "for how long the old key still works")
        .choices(hours)
        .default("0", "0: not at all"),
    )
    .action(async (...[nameOrId, keyId, given, command]: KeyActionWords) => {
      const context = contextOf(io, command);
      const body = rotateOptionsSchema.parse(given);
      const api = await keyClient(context);
      const path = `${agentPath(await findAgent(api, nameOrId))}/keys/${encodeURIComponent(keyId)}/rotate`;
      printKey(context, await api.call({ method: "POST", path, body }, agentKeyCreatedSchema));
    });
}

function addRevokeCommand(keys: Command, io: CliIo): void {
  keys
    .command("revoke")
    .description("revoke a key; it stops working within one second")
    .argument("<agent>", "its name or id")
    .argument("<key-id>", "the public part, as `list` shows it: oak_live_…")
    .action(async (...[nameOrId, keyId, , command]: KeyActionWords) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const path = `${agentPath(await findAgent(api, nameOrId))}/keys/${encodeURIComponent(keyId)}/revoke`;
      await api.call({ method: "POST", path }, z.undefined());
      print(context, { keyId, revoked: true }, () => `Revoked ${keyId}.\n`);
    });
}

/** The key alone on standard output, so that it can be piped to where it belongs. */
function printKey(context: CommandContext, created: AgentKeyCreated): void {
  print(context, created, () => `${created.apiKey}\n`);
  remark(context, `This is the only time it is shown. Its public part: ${created.keyId}`);
}

function row({ keyId, lastFour, description, scopes, lastUsedAt, expiresAt, revokedAt, replacedBy }: AgentKeyView): string[] {
  const when = (instant: string | null, otherwise: string): string => (instant === null ? otherwise : localTime(instant));
  const times = [when(lastUsedAt, "never"), when(expiresAt, "never"), when(revokedAt, "")];
  return [keyId, `…${lastFour}`, description, scopes.join(" "), ...times, replacedBy ?? ""];
}
