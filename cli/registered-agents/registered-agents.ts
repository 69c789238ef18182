// `mosaic registered-agents`: agents that run elsewhere. An administrator's business: it signs in each time.
import { Option, type Command } from "commander";
import { z } from "zod";
import { REGISTERED_AGENT_ROLES } from "../../contracts/registered-agents/registered-agent-facts.ts";
import {
  registeredAgentSchema,
  registeredAgentSettingsListSchema,
  registeredAgentTestSchema,
  type RegisteredAgentSettings,
} from "../../contracts/registered-agents/registered-agent.ts";
import { contextOf, print } from "../http/command-context.ts";
import { asAdmin, asAdministrator } from "../people/as-administrator.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { table } from "../terminal/printing.ts";
import { askSecret, confirm } from "../terminal/questions.ts";

const PATH = "/api/openclaw/agents";

const EXAMPLES = `
It signs in as an administrator (--as), and out again. That password is prompted for or taken from MOSAIC_ADMIN_PASSWORD.
--token prompts for the gateway's token, or takes it from MOSAIC_GATEWAY_TOKEN. OPENCLAW_TOKEN_<NAME> in the api's
environment takes precedence over a stored token.

Examples:
  mosaic registered-agents add scout --as root --gateway-url https://scout.example.org --role developer --token
  mosaic registered-agents test scout --as root
  mosaic registered-agents set scout --as root --inactive`;

const fieldsSchema = z.object({
  displayName: z.string().optional(),
  role: z.enum(REGISTERED_AGENT_ROLES).optional(),
  gatewayUrl: z.string().optional(),
  agentId: z.string().optional(),
  model: z.string().optional(),
});
const optionsSchema = fieldsSchema.extend({
  as: z.string(),
  name: z.string().optional(),
  token: z.boolean().default(false),
  active: z.boolean().optional(),
  inactive: z.boolean().optional(),
  yes: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

export function addRegisteredAgentsCommands(program: Command, io: CliIo): void {
  const agents = program
    .command("registered-agents")
    .description("manage agents that run elsewhere (administrators)")
    .addHelpText("after", EXAMPLES);
  addList(agents, io);
  addAdd(agents, io);
  addSet(agents, io);
  addRemove(agents, io);
  addTest(agents, io);
}

function addList(agents: Command, io: CliIo): void {
  asAdmin(agents.command("list").description("list registered and system agents")).action(
    async (given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as } = optionsSchema.parse(given);
      const request = { method: "GET", path: "/api/registered-agents" } as const;
      const found = await asAdministrator(context, as, (api) => api.call(request, registeredAgentSettingsListSchema));
      print(context, found, () =>
        table([["NAME", "DISPLAY NAME", "ROLE", "GATEWAY", "AGENT ID", "ACTIVE", "TOKEN"], ...found.agents.map(row)]),
      );
    },
  );
}

function addAdd(agents: Command, io: CliIo): void {
  withFields(agents.command("add").description("register an agent").argument("<name>", "its name, e.g. code-scout")).action(
    async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const options = optionsSchema.parse(given);
      const body = { displayName: name, role: "developer", ...(await changeOf(io, options)), name };
      const request = { method: "POST", path: PATH, body } as const;
      const added = await asAdministrator(context, options.as, (api) => api.call(request, registeredAgentSchema));
      print(context, added, () => `Registered ${name}.\n`);
    },
  );
}

function addSet(agents: Command, io: CliIo): void {
  withFields(agents.command("set").description("change a registered agent").argument("<name>", "its name"))
    .option("--name <name>", "a new name")
    .option("--active", "make it usable")
    .option("--inactive", "make it unusable")
    .action(async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const options = optionsSchema.parse(given);
      const body = { ...(await changeOf(io, options)), ...(options.name === undefined ? {} : { name: options.name }) };
      if (Object.keys(body).length === 0) throw new CliError("There is nothing to change.", { exitCode: EXIT.usage });
      const request = { method: "PATCH", path: pathOf(name), body } as const;
      const changed = await asAdministrator(context, options.as, (api) => api.call(request, registeredAgentSchema));
      print(context, changed, () => `Changed ${changed.name}.\n`);
    });
}

function addRemove(agents: Command, io: CliIo): void {
  asAdmin(agents.command("remove").description("remove an agent from the registry").argument("<name>", "its name"))
    .option("--yes", "do not ask for confirmation")
    .action(async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as, yes } = optionsSchema.parse(given);
      if (!yes && !(await confirm(io, `Remove ${name}?`))) return;
      const request = { method: "DELETE", path: pathOf(name) } as const;
      await asAdministrator(context, as, (api) => api.call(request, z.undefined()));
      print(context, { removed: name }, () => `Removed ${name}.\n`);
    });
}

function addTest(agents: Command, io: CliIo): void {
  asAdmin(agents.command("test").description("test an agent's gateway").argument("<name>", "its name")).action(
    async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as } = optionsSchema.parse(given);
      const request = { method: "POST", path: `${pathOf(name)}/test` } as const;
      const result = await asAdministrator(context, as, (api) => api.call(request, registeredAgentTestSchema));
      print(context, result, () => (result.message === null ? `The gateway of ${name} works.\n` : ""));
      if (result.message !== null) throw new CliError(result.message, { exitCode: EXIT.failed });
    },
  );
}

function withFields(command: Command): Command {
  return asAdmin(command)
    .option("--gateway-url <url>", "the address of its OpenClaw gateway")
    .option("--display-name <text>", "the name that people see")
    .addOption(new Option("--role <role>", "what it is for").choices(REGISTERED_AGENT_ROLES))
    .option("--agent-id <id>", "its id at the gateway (default: main)")
    .option("--model <text>", "the model to show")
    .option("--token", "store a token for its gateway");
}

async function changeOf(io: CliIo, options: Options): Promise<Record<string, unknown>> {
  const { active, inactive } = options;
  const isActive = inactive === true ? false : active;
  const secret = { label: "Token of the gateway", variable: "MOSAIC_GATEWAY_TOKEN", isToken: true };
  const token = options.token ? (await askSecret(io, secret)).reveal() : undefined;
  const fields = Object.entries({ ...fieldsSchema.parse(options), isActive, token });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function pathOf(name: string): string {
  return `${PATH}/${encodeURIComponent(name)}`;
}

function row({ name, displayName, role, gatewayUrl, agentId, isActive, tokenSource, isSystemAgent }: RegisteredAgentSettings) {
  const gateway = isSystemAgent ? "(system agent)" : (gatewayUrl ?? "");
  return [name, displayName, role, gateway, agentId, isActive ? "yes" : "no", isSystemAgent ? "" : tokenSource];
}
