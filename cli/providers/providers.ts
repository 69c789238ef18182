// `mosaic providers`: the LLM providers that your agent may use.
import type { Command } from "commander";
import { z } from "zod";
import type { ProviderView } from "../../contracts/providers/provider.ts";
import { providerTestResultSchema, type ProviderTestResult } from "../../contracts/providers/provider-test.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { table } from "../terminal/printing.ts";
import { confirm } from "../terminal/questions.ts";
import { contextOf, keyClient, print, remark } from "../http/command-context.ts";
import { findProvider, listProviders, PROVIDERS_PATH } from "./find-provider.ts";
import { addProviderAddCommand } from "./provider-add.ts";
import { addSetModelCommand, addShowCommand } from "./provider-models.ts";

const EXAMPLES = `
Examples:
  mosaic providers add zai --type zai --model glm-5         asks for the key
  pass show openai | mosaic providers add openai --type openai --model gpt-5 --key-stdin
  mosaic providers add local --type ollama --base-url http://192.0.2.7:11434
  mosaic providers test zai
  mosaic providers show local                               what each of its models takes and does
  mosaic providers set-model local qwen3 --images yes --context-window 32768
  mosaic providers remove zai --yes`;

export function addProvidersCommands(program: Command, io: CliIo): void {
  const providers = program
    .command("providers")
    .description("connect your agent to LLM providers (scopes settings:read, settings:write)")
    .addHelpText("after", EXAMPLES);
  addListCommand(providers, io);
  addShowCommand(providers, io);
  addProviderAddCommand(providers, io);
  addSetModelCommand(providers, io);
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
    .description("test the connection: address, DNS, TLS, key, models")
    .argument("<name>", "the provider's name")
    .action(async (name: string, _options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const { id } = await findProvider(api, name);
      const result = await api.call({ method: "POST", path: `${PROVIDERS_PATH}/${id}/test` }, providerTestResultSchema);
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
    .option("-y, --yes", "do not ask for confirmation")
    .action(async (name: string, options: { yes?: boolean }, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const { id } = await findProvider(api, name);
      if (options.yes !== true && !(await confirm(io, `Delete the provider ${name} and its key?`)))
        return remark(context, "Nothing done.");
      await api.call({ method: "DELETE", path: `${PROVIDERS_PATH}/${id}` }, z.undefined());
      print(context, { removed: name }, () => `Removed ${name}. A running agent restarts without it.\n`);
    });
}
