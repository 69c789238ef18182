// `mosaic agents`: your agents with keys of their own, for programs that have no browser.
import type { Command } from "commander";
import { z } from "zod";
import {
  agentCreatedSchema,
  agentDetailSchema,
  agentListSchema,
  agentViewSchema,
  type AgentDetail,
  type AgentView,
} from "../../contracts/agents/schema.ts";
import { describeReason } from "../../contracts/containers/reason-words.ts";
import type { AgentStatus } from "../../contracts/agents/facts.ts";
import { contextOf, keyClient, print, remark } from "../http/command-context.ts";
import type { CliIo } from "../terminal/io.ts";
import { facts, localTime, table } from "../terminal/printing.ts";
import { addAgentKeysCommands } from "./agent-keys.ts";
import { agentPath, AGENTS_PATH, findAgent } from "./find-agent.ts";
import { keyOptionsSchema, SCOPES_HELP, withKeyOptions } from "./key-options.ts";

const HELP = `
An agent is a program that signs in with a key of its own. It has its own container, conversations and memory; you are its
owner. Its key goes into the header “Authorization: Agent <key>”, or into any OpenAI client as the API key.
These commands use your personal key, which needs the scope keys:manage; an agent's key gets no scope that yours lacks.

${SCOPES_HELP}

Examples:
  mosaic agents create night-build --expires-in-days 90 > key.txt
  mosaic agents show night-build
  mosaic agents keys rotate night-build oak_live_… --overlap-hours 1 > key.txt
  mosaic agents disable night-build`;

export function addAgentsCommands(program: Command, io: CliIo): void {
  const agents = program
    .command("agents")
    .description("your agents with keys of their own, for programs without a browser")
    .addHelpText("after", HELP);
  addCreateCommand(agents, io);
  agents
    .command("list")
    .description("list your agents")
    .action(async (_given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const found = await (await keyClient(context)).call({ method: "GET", path: AGENTS_PATH }, agentListSchema);
      print(context, found, () =>
        table([["NAME", "STATUS", "ACTIVE KEYS", "LAST USED", "DESCRIPTION"], ...found.agents.map(row)]),
      );
    });
  agents
    .command("show")
    .description("show an agent, its keys, and what its container does")
    .argument("<agent>", "its name or id")
    .action(async (nameOrId: string, _given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const agent = await findAgent(api, nameOrId);
      const detail = await api.call({ method: "GET", path: agentPath(agent) }, agentDetailSchema);
      print(context, detail, () => described(detail));
    });
  const disable = agents.command("disable").description("disable an agent; all its keys stop working within one second");
  addSwitchCommand(disable, io, "disabled");
  addSwitchCommand(agents.command("enable").description("enable an agent again"), io, "active");
  addAgentKeysCommands(agents, io);
}

const createOptionsSchema = keyOptionsSchema.extend({ ownProviders: z.boolean().default(false) });

function addCreateCommand(agents: Command, io: CliIo): void {
  withKeyOptions(agents.command("create").description("create an agent and print its first key, which is shown only once"))
    .argument("<name>", "1 to 40 lower-case letters, digits and inner hyphens")
    .option("-d, --description <text>", "what the agent is for")
    .option("--own-providers", "do not lend it your model providers; it needs its own")
    .action(async (handle: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { description, scope, expiresInDays, ownProviders } = createOptionsSchema.parse(given);
      const body = { handle, description, scopes: scope, usesOwnerProviders: !ownProviders, expiresInDays };
      const api = await keyClient(context);
      const created = await api.call({ method: "POST", path: AGENTS_PATH, body }, agentCreatedSchema);
      // The key alone on standard output, so that it can be piped to where it belongs.
      print(context, created, () => `${created.key.apiKey}\n`);
      remark(context, `This is the only time it is shown. Its public part: ${created.key.keyId}`);
    });
}

const WORDS = { active: "Enabled", disabled: "Disabled" } as const satisfies Record<AgentStatus, string>;

function addSwitchCommand(named: Command, io: CliIo, status: AgentStatus): void {
  named.argument("<agent>", "its name or id").action(async (nameOrId: string, _given: unknown, command: Command) => {
    const context = contextOf(io, command);
    const api = await keyClient(context);
    const agent = await findAgent(api, nameOrId);
    const changed = await api.call({ method: "PATCH", path: agentPath(agent), body: { status } }, agentViewSchema);
    print(context, changed, () => `${WORDS[status]} ${changed.handle}.\n`);
  });
}

function row({ handle, status, keys, lastUsedAt, description }: AgentView): string[] {
  return [handle, status, String(keys.active), lastUsedAt === null ? "never" : localTime(lastUsedAt), description];
}

function described({ agent, container }: AgentDetail): string {
  const { handle, agentUserId, status, disabledBy, disabledReason, description, keys, usesOwnerProviders } = agent;
  return facts([
    ["Name", handle],
    ["Id", agentUserId],
    ["Status", disabledBy === null ? status : `${status} (${disabledBy.replaceAll("_", " ")})`],
    ["Reason", disabledReason],
    ["Description", description],
    ["Providers", usesOwnerProviders ? "yours" : "its own"],
    ["Keys", `${keys.active} active of ${keys.total}`],
    ["Last used", agent.lastUsedAt === null ? "never" : localTime(agent.lastUsedAt)],
    ["Container", container.phase.replaceAll("_", " ")],
    ["Why", container.reason === null ? null : describeReason(container.reason)],
  ]);
}
