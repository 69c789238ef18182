// `mosaic login` and `mosaic logout`: a personal key for this machine, in a file that only its owner can read.
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { ALL_SCOPES } from "../../contracts/core/principal.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { apiKeyCreatedSchema, apiKeyViewSchema, signInSchema } from "../../contracts/sign-in/session.ts";
import { createApiClient } from "../http/api-client.ts";
import { readConfig, removeConfig, writeConfig, type CliConfig } from "../http/config-file.ts";
import { withSession } from "../http/session.ts";
import { resolveTarget } from "../http/target.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { askLine, askSecret } from "../terminal/questions.ts";
import { contextOf, print, tellWait, warnIfUnprotected, type CommandContext } from "../http/command-context.ts";

const KEYS_PATH = "/api/me/keys";

const EXAMPLES = `
With a user name it signs in, creates a key for this machine, and signs out again; the password is not kept.
The password is prompted for, read from standard input (--password-stdin), or taken from MOSAIC_PASSWORD.

Examples:
  mosaic login ann
  mosaic login --url https://fleet.example.org ann
  mosaic login --key-stdin < key.txt     with a key that you have already`;

const optionsSchema = z.object({ keyStdin: z.boolean().default(false), passwordStdin: z.boolean().default(false) });
type LoginOptions = z.infer<typeof optionsSchema>;

export function addLoginCommands(program: Command, io: CliIo): void {
  program
    .command("login")
    .description("sign in on this machine and store a personal API key")
    .argument("[username]", "your user name", username)
    .option("--password-stdin", "read the password from standard input")
    .option("--key-stdin", "read a personal API key from standard input and store it")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string | undefined, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const options = optionsSchema.parse(given);
      const { url } = await resolveTarget(io, context.url);
      warnIfUnprotected(io, url);
      const config = options.keyStdin ? await takeKey(context, url) : await makeKey(context, { url, name, options });
      const path = await writeConfig(io, config);
      print(context, { url: config.url, keyId: config.keyId ?? null, path }, () => `Ready. The key is in ${path}.\n`);
    });
  addLogoutCommand(program, io);
}

async function makeKey(
  { io }: CommandContext,
  { url, name, options }: { readonly url: URL; readonly name: string | undefined; readonly options: LoginOptions },
): Promise<CliConfig> {
  const who = name ?? (await askLine(io, "User name: "));
  const password = await askSecret(io, {
    label: `Password of ${who}`,
    variable: "MOSAIC_PASSWORD",
    stdin: { option: "--password-stdin", isGiven: options.passwordStdin },
  });
  const body = { name: `mosaic on ${io.hostName}`, scopes: ALL_SCOPES };
  const created = await withSession(url, { username: who, password, onWait: tellWait(io) }, (api) =>
    api.call({ method: "POST", path: KEYS_PATH, body }, apiKeyCreatedSchema),
  );
  return { url: url.origin, apiKey: created.apiKey, keyId: created.keyId };
}

/** Tries the key first, so that a wrong one is noticed now. Any scope will do: a missing one is no wrong key. */
async function takeKey({ io }: CommandContext, url: URL): Promise<CliConfig> {
  const question = {
    isToken: true,
    label: "API key",
    variable: "MOSAIC_API_KEY",
    stdin: { option: "--key-stdin", isGiven: true },
  };
  const apiKey = await askSecret(io, question);
  const api = createApiClient(url, { kind: "key", apiKey });
  try {
    await api.call({ method: "GET", path: KEYS_PATH }, z.strictObject({ keys: z.array(apiKeyViewSchema) }));
  } catch (error) {
    if (!(error instanceof CliError) || error.facts.code !== "FORBIDDEN") throw error;
  }
  return { url: url.origin, apiKey: apiKey.reveal() };
}

function addLogoutCommand(program: Command, io: CliIo): void {
  program
    .command("logout")
    .description("revoke the key that `mosaic login` made, and remove the file")
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const config = await readConfig(io);
      if (config === null) throw new CliError("You are not logged in.", { exitCode: EXIT.failed });
      if (config.keyId !== undefined) {
        const api = createApiClient(new URL(config.url), { kind: "key", apiKey: new Secret(config.apiKey) });
        await api.call({ method: "DELETE", path: `${KEYS_PATH}/${config.keyId}` }, z.undefined());
      }
      await removeConfig(io);
      print(context, { revoked: config.keyId ?? null }, () => "Logged out.\n");
    });
}

function username(text: string): string {
  if (signInSchema.shape.username.safeParse(text).success) return text;
  throw new InvalidArgumentError("Give 1 to 256 characters.");
}
