// `mosaic providers show` and `set-model`: what each model takes and does.
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { asSaid, changed, type CapabilityChange } from "../../contracts/providers/model-input.ts";
import { providerViewSchema, type ProviderModel, type ProviderView } from "../../contracts/providers/provider.ts";
import { MODEL_LIMITS, type ModelLimit } from "../../contracts/providers/provider-facts.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { table } from "../terminal/printing.ts";
import { contextOf, keyClient, print } from "../http/command-context.ts";
import { findProvider, PROVIDERS_PATH } from "./find-provider.ts";

const HELP = `
Omitted options stay unchanged. "default" resets a value to the one derived from the model's name.
A chat with an image is refused if the model does not support images; a model without tools answers from its own knowledge.

Examples:
  mosaic providers set-model local qwen3 --images yes
  mosaic providers set-model local qwen3 --context-window 32768 --max-tokens 4096
  mosaic providers set-model local qwen3 --images default --context-window default`;

const DEFAULT = "default";
const yesNo = z.union([z.boolean(), z.literal(DEFAULT)]).optional();
const tokens = z.union([z.number(), z.literal(DEFAULT)]).optional();
const optionsSchema = z.object({ images: yesNo, tools: yesNo, reasoning: yesNo, contextWindow: tokens, maxTokens: tokens });

export function addShowCommand(providers: Command, io: CliIo): void {
  providers
    .command("show")
    .description("show a provider's models and their capabilities")
    .argument("<name>", "the provider's name")
    .action(async (name: string, _options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const provider = await findProvider(await keyClient(context), name);
      print(context, provider, () => described(provider));
    });
}

export function addSetModelCommand(providers: Command, io: CliIo): void {
  const command = providers.command("set-model");
  command
    .description("set a model's capabilities, where its provider omits them or reports them wrongly")
    .argument("<provider>", "the provider's name")
    .argument("<model>", "the model's id")
    .option("--images <yes|no|default>", "it accepts images", ability)
    .option("--tools <yes|no|default>", "it calls tools", ability)
    .option("--reasoning <yes|no|default>", "it thinks before it answers", ability)
    .option("--context-window <tokens|default>", "context window: prompt and response together", limit("contextWindow"))
    .option("--max-tokens <tokens|default>", "maximum tokens of one response", limit("maxTokens"))
    .addHelpText("after", HELP)
    .action(async (name: string, id: string, given: unknown) => {
      const said = Object.entries(optionsSchema.parse(given));
      const change: CapabilityChange = Object.fromEntries(
        said.map(([name, value]) => [name, value === DEFAULT ? null : value]),
      );
      if (said.length === 0) command.error("error: name at least one thing to set, such as --images yes");
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const provider = await findProvider(api, name);
      const body = { models: changedModels(provider, id, change) };
      const saved = await api.call({ method: "PATCH", path: `${PROVIDERS_PATH}/${provider.id}`, body }, providerViewSchema);
      print(context, saved, () => described(saved));
    });
}

function changedModels({ name, models }: ProviderView, id: string, change: CapabilityChange) {
  if (models.some((model) => model.id === id))
    return models.map((model) => (model.id === id ? changed(asSaid(model), change) : asSaid(model)));
  const cure = `mosaic providers show ${name}`;
  throw new CliError(`The provider ${name} has no model ${id}.`, { exitCode: EXIT.failed, cure });
}

function described({ name, models }: ProviderView): string {
  if (models.length === 0) return `The provider ${name} has no model, so that your agent cannot use it.\n`;
  return table([["MODEL", "IMAGES", "TOOLS", "REASONING", "CONTEXT", "MAX TOKENS"], ...models.map(row)]);
}

function row({ id, images, tools, reasoning, contextWindow, maxTokens }: ProviderModel): string[] {
  return [id, ...[images, tools, reasoning].map((does) => (does ? "yes" : "no")), String(contextWindow), String(maxTokens)];
}

function ability(text: string): boolean | typeof DEFAULT {
  if (text === DEFAULT) return DEFAULT;
  if (text === "yes" || text === "no") return text === "yes";
  throw new InvalidArgumentError("Use yes, no or default.");
}

function limit(name: ModelLimit): (text: string) => number | typeof DEFAULT {
  const { min, max } = MODEL_LIMITS[name];
  return (text) => {
    if (text === DEFAULT) return DEFAULT;
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= min && count <= max) return count;
    throw new InvalidArgumentError(`Use a whole number from ${min} to ${max}, or default.`);
  };
}
