// `mosaic onboard`: the set-up of a new installation without a browser.
import type { Command } from "commander";
import { z } from "zod";
import { SETUP_TOKEN_HEADER } from "../../contracts/core/header-names.ts";
import { onboardingStatusSchema } from "../../contracts/installation/onboarding.ts";
import { usernameSchema } from "../../contracts/people/local-account.ts";
import { providerViewSchema } from "../../contracts/providers/provider.ts";
import { createApiClient, type ApiRequest } from "../http/api-client.ts";
import { inSession, SESSION_PATH } from "../http/session.ts";
import { resolveTarget } from "../http/target.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { askSecret } from "../terminal/questions.ts";
import { contextOf, print, remark, warnIfUnprotected } from "../http/command-context.ts";
import {
  addProviderOptions,
  providerBody,
  providerKey,
  providerName,
  providerOptionsSchema,
} from "../providers/provider-add.ts";

const PATH = "/api/onboarding";

const HELP = `
The set-up token is printed by \`mosaic up\` on first boot. It is prompted for, or taken from MOSAIC_SETUP_TOKEN; the
admin's password from MOSAIC_NEW_PASSWORD, the provider's key from MOSAIC_PROVIDER_KEY or --key-stdin.

Examples:
  mosaic onboard --admin root --provider zai --type zai --model glm-5
  mosaic onboard --admin root --provider local --type custom --base-url http://192.0.2.7:8000/v1 --model qwen3`;

const optionsSchema = providerOptionsSchema.extend({ admin: usernameSchema, provider: z.string() });

export function addOnboardCommand(program: Command, io: CliIo): void {
  const command = program.command("onboard").description("set up a new installation: first administrator and provider");
  addProviderOptions(command)
    .requiredOption("--admin <username>", "the first administrator")
    .requiredOption("--provider <name>", "the first provider's name", providerName)
    .addHelpText("after", HELP)
    .action(async (given: unknown) => {
      const context = contextOf(io, command);
      const options = optionsSchema.parse(given);
      const { url } = await resolveTarget(io, context.url);
      warnIfUnprotected(io, url);
      const opening = await firstCall(io, url, options.admin);
      const apiKey = await providerKey(io, options.provider, options);
      const done = await inSession(url, opening, async (api) => {
        const body = providerBody(options.provider, options, apiKey);
        const provider = await api.call({ method: "POST", path: `${PATH}/provider`, body }, providerViewSchema);
        remark(context, `Tested and saved the provider ${provider.name}.`);
        const status = await api.call({ method: "POST", path: `${PATH}/complete` }, onboardingStatusSchema);
        return { ...status, provider };
      });
      print(context, done, () => `Done. Next: mosaic login ${options.admin}\n`);
    });
}

/** Creates the admin; or, when an earlier attempt came so far and failed at the provider, signs in. */
async function firstCall(io: CliIo, url: URL, username: string): Promise<ApiRequest> {
  const path = `${PATH}/status`;
  const status = await createApiClient(url, { kind: "none" }).call({ method: "GET", path }, onboardingStatusSchema);
  if (status.completed) throw new CliError(`${url.origin} is already set up.`, { exitCode: EXIT.failed, cure: "mosaic login" });
  const variable = "MOSAIC_NEW_PASSWORD";
  if (status.adminCreated) {
    const password = await askSecret(io, { label: `Password of ${username}`, variable });
    return { method: "POST", path: SESSION_PATH, body: { username, password: password.reveal() } };
  }
  const token = await askSecret(io, { label: "Set-up token", variable: "MOSAIC_SETUP_TOKEN", isToken: true });
  const password = await askSecret(io, { label: `Password for ${username}`, variable, twice: true });
  return {
    method: "POST",
    path: `${PATH}/breakglass`,
    headers: { [SETUP_TOKEN_HEADER]: token.reveal() },
    body: { username, password: password.reveal() },
  };
}
