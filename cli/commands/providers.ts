// `mosaic providers`: the LLM providers that one's own agent may use.
import type { Command } from "commander";
import { z } from "zod";
import { providerViewSchema, type ProviderView } from "../../contracts/provider.ts";
import { providerTestResultSchema, type ProviderTestResult } from "../../contracts/provider-test.ts";
import type { ApiClient } from "../http/api-client.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { table } from "../terminal/printing.ts";
import { confirm } from "../terminal/questions.ts";
import { contextOf, keyClient, print, remark } from "./command-context.ts";
import { addProviderAddCommand } from "./provider-add.ts";

const PATH = "/api/me/providers";
const listSchema = z.strictObject({ providers: z.array(providerViewSchema) });

const EXAMPLES = `
Examples:
  mosaic providers add zai --type zai --model glm-5         asks for the key
  pass show openai | mosaic providers add openai --type openai --model gpt-5 --key-stdin
  mosaic providers add local --type ollama --base-url http://192.0.2.7:11434
  mosaic providers test zai
  mosaic providers remove zai --yes`;

export function addProvidersCommands(program: Command, io: CliIo): void {
  const providers = program
    .command("providers")
    .description("connect your agent to LLM providers (scopes settings:read, settings:write)")
    .addHelpText("after", EXAMPLES);
  addListCommand(providers, io);
  addProviderAddCommand(providers, io);
  addTestCommand(providers, io);
  addRemoveCommand(providers, io);
}

function addListCommand(providers: Command, io: CliIo): void {
  providers
    .command("list")
    .description("list your providers")
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const found = await listProviders(await keyClient(context));
      print(context, { providers: found }, () =>
        found.length === 0 ? "You have no provider yet: mosaic providers add --help\n" : table([HEADING, ...found.map(row)]),
      );
    });
}

const HEADING = ["NAME", "TYPE", "API", "MODELS", "KEY", "ACTIVE", "ADDRESS"];

function row(provider: ProviderView): string[] {
  const key = provider.hasApiKey ? `…${provider.apiKeyLastFour ?? ""}` : "none";
  const models = provider.models.map(({ id }) => id).join(" ");
  return [provider.name, provider.type, provider.apiType, models, key, provider.isActive ? "yes" : "no", provider.baseUrl];
}

function addTestCommand(providers: Command, io: CliIo): void {
  providers
    .command("test")
    .description("try the connection: address, DNS, TLS, key, models")
    .argument("<name>", "the provider's name")
    .action(async (name: string, _options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const { id } = await findProvider(api, name);
      const result = await api.call({ method: "POST", path: `${PATH}/${id}/test` }, providerTestResultSchema);
      if (context.json || result.ok) print(context, result, () => describeTest(result));
      if (!result.ok) throw new CliError(describeTest(result).trimEnd(), { exitCode: EXIT.failed });
    });
}

export function describeTest({ ok, failedStep, message, durationMs, models }: ProviderTestResult): string {
  if (!ok) return `It does not work (${failedStep ?? "unknown step"}): ${message}\n`;
  return `It works (${durationMs} ms). Models: ${models.length === 0 ? "none listed" : models.join(" ")}\n`;
}

function addRemoveCommand(providers: Command, io: CliIo): void {
  providers
    .command("remove")
    .description("delete a provider and its key")
    .argument("<name>", "the provider's name")
    .option("-y, --yes", "do not ask")
    .action(async (name: string, options: { yes?: boolean }, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const { id } = await findProvider(api, name);
      if (options.yes !== true && !(await confirm(io, `Delete the provider ${name} and its key?`)))
        return remark(context, "Nothing done.");
      await api.call({ method: "DELETE", path: `${PATH}/${id}` }, z.undefined());
      print(context, { removed: name }, () => `Removed ${name}. A running agent restarts without it.\n`);
    });
}

async function findProvider(api: ApiClient, name: string): Promise<ProviderView> {
  const provider = (await listProviders(api)).find((one) => one.name === name);
  if (provider !== undefined) return provider;
  throw new CliError(`You have no provider named ${name}.`, { exitCode: EXIT.failed, cure: "mosaic providers list" });
}

async function listProviders(api: ApiClient): Promise<ProviderView[]> {
  return (await api.call({ method: "GET", path: PATH }, listSchema)).providers;
}
