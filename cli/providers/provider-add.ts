// `mosaic providers add`: tests a provider for real, then saves it.
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import { agentConfigViewSchema } from "../../contracts/agent-config/agent-config.ts";
import { asOffered } from "../../contracts/providers/model-input.ts";
import { providerNameSchema, providerViewSchema, type StoredModel } from "../../contracts/providers/provider.ts";
import { API_TYPES, PROVIDER_DEFAULTS, PROVIDER_TYPES, type ProviderType } from "../../contracts/providers/provider-facts.ts";
import { providerTestResultSchema } from "../../contracts/providers/provider-test.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import type { ApiClient } from "../http/api-client.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import { isInteractive, type CliIo } from "../terminal/io.ts";
import { askSecret } from "../terminal/questions.ts";
import { contextOf, keyClient, print, remark } from "../http/command-context.ts";
import { warningWords } from "./agent-warnings.ts";

const PATH = "/api/me/providers";
const KEY_VARIABLE = "MOSAIC_PROVIDER_KEY";
/** A discovered list may be long; an agent needs a few. `--model` names others. */
const DISCOVERED_MODELS_MAX = 20;

export const providerOptionsSchema = z.object({
  type: z.enum(PROVIDER_TYPES),
  baseUrl: z.string().optional(),
  displayName: z.string().optional(),
  apiType: z.enum(API_TYPES).optional(),
  model: z.array(z.string()).default([]),
  keyStdin: z.boolean().default(false),
  test: z.boolean().default(true),
  default: z.boolean().default(false),
});
export type ProviderOptions = z.infer<typeof providerOptionsSchema>;

export function addProviderAddCommand(providers: Command, io: CliIo): void {
  const command = providers.command("add").description("add a provider; its connection is tested first");
  command.argument("<name>", "the provider's ID, used as provider/model", providerName);
  addProviderOptions(command)
    .option("--no-test", "save it without a test")
    .option("--default", "make it the default provider")
    .addHelpText("after", `\nThe key is prompted for, read from standard input (--key-stdin), or taken from ${KEY_VARIABLE}.`)
    .action(async (name: string, given: unknown) => {
      const context = contextOf(io, command);
      const options = providerOptionsSchema.parse(given);
      const api = await keyClient(context);
      const apiKey = await providerKey(io, name, options);
      const models = options.test ? await testedModels(api, options, apiKey) : options.model;
      const body = { ...providerBody(name, options, apiKey), models };
      const created = await api.call({ method: "POST", path: PATH, body }, providerViewSchema);
      if (options.default) {
        const change = { providerId: created.id };
        const patch = { method: "PATCH", path: "/api/me/agent-config", body: change } as const;
        const { warnings } = await api.call(patch, agentConfigViewSchema);
        for (const warning of warnings) io.stderr.write(`${warningWords(warning)}\n`);
      }
      print(context, created, () => `Added ${name} with ${created.models.map(({ id }) => id).join(" ") || "no model"}.\n`);
      if (created.models.length === 0) remark(context, "Your agent cannot use it without a model: add it again with --model.");
    });
}

/** Options that `providers add` and `onboard` share. */
export function addProviderOptions(command: Command): Command {
  return command
    .addOption(new Option("--type <type>", "the provider's type").choices(PROVIDER_TYPES).makeOptionMandatory())
    .option("--base-url <url>", "the base URL; required for ollama and custom")
    .option("--display-name <text>", "the name shown in the web interface")
    .addOption(new Option("--api-type <api>", "the API it speaks, if not the usual one of its type").choices(API_TYPES))
    .option("-m, --model <id...>", "models to offer (default: those found by the test)")
    .option("--key-stdin", "read the API key from standard input");
}

export function providerName(text: string): string {
  if (providerNameSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError("Use lower-case letters, digits and hyphens; begin with a letter or digit.");
}

/** Null where none is needed and none was given. */
export async function providerKey(
  io: CliIo,
  name: string,
  options: { type: ProviderType; keyStdin: boolean },
): Promise<Secret | null> {
  const { needsKey } = PROVIDER_DEFAULTS[options.type];
  const isGiven = options.keyStdin || (io.env[KEY_VARIABLE] ?? "") !== "";
  if (!needsKey && !isGiven && !(options.type === "custom" && isInteractive(io))) return null;
  const label = needsKey ? `API key of ${name}` : `API key of ${name} (empty for none)`;
  const key = await askSecret(io, {
    label,
    variable: KEY_VARIABLE,
    isToken: true,
    stdin: { option: "--key-stdin", isGiven: options.keyStdin },
  });
  return key.reveal() === "" ? null : key;
}

export function providerBody(name: string, options: ProviderOptions, apiKey: Secret | null): Record<string, unknown> {
  const { type, baseUrl, apiType, displayName, model } = options;
  return { name, displayName: displayName ?? name, type, baseUrl, apiType, models: model, apiKey: apiKey?.reveal() ?? null };
}

/** With what the provider told of each. */
async function testedModels(api: ApiClient, options: ProviderOptions, apiKey: Secret | null): Promise<StoredModel[]> {
  const { type, baseUrl, apiType, model } = options;
  const body = { type, baseUrl, apiType, apiKey: apiKey?.reveal() ?? null };
  const result = await api.call({ method: "POST", path: "/api/me/provider-tests", body }, providerTestResultSchema);
  const ids = model.length > 0 ? model : result.models.slice(0, DISCOVERED_MODELS_MAX);
  if (result.ok) return ids.map((id) => asOffered({ id }, result.offered));
  const cure = "Correct it, or save it untested with --no-test.";
  throw new CliError(`It does not work (${result.failedStep ?? "unknown step"}): ${result.message}`, {
    exitCode: EXIT.failed,
    cure,
  });
}
