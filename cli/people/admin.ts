// `mosaic admin`: works on the host with the database's credentials, also when nobody can sign in.
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { passwordSchema, usernameSchema } from "../../contracts/people/local-account.ts";
import { validationWords } from "../../contracts/core/validation-words.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { askSecret } from "../terminal/questions.ts";
import { contextOf, print } from "../http/command-context.ts";

const HELP = `
Creates an administrator that can sign in when everything else about sign-in is broken. On a new installation it is the
first admin. With --reset it gives an existing one a new password and ends their sessions. Their personal API keys keep
working because programs use them; --revoke-keys revokes them all, in case someone who knew the password created some.
It needs DATABASE_URL and MOSAIC_SECRET_KEY, or the data directory of a running \`mosaic up\` (MOSAIC_DATA_DIR).
The password is prompted for, read from standard input (--password-stdin), or taken from MOSAIC_NEW_PASSWORD.

Examples:
  mosaic admin create-breakglass root
  pass show mosaic/root | mosaic admin create-breakglass root --password-stdin
  mosaic admin create-breakglass root --reset`;

const optionsSchema = z.object({
  passwordStdin: z.boolean().default(false),
  reset: z.boolean().default(false),
  revokeKeys: z.boolean().default(false),
});

export function addAdminCommands(program: Command, io: CliIo): void {
  const admin = program.command("admin").description("on the host: recover access when nobody can sign in");
  admin
    .command("create-breakglass")
    .description("create a local administrator, or reset its password")
    .argument("<username>", "the administrator's user name", username)
    .option("--password-stdin", "read the password from standard input")
    .option("--reset", "reset the password of an existing administrator")
    .option("--revoke-keys", "with --reset: also revoke all personal API keys of that administrator")
    .addHelpText("after", HELP)
    .action(async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { passwordStdin, reset, revokeKeys } = optionsSchema.parse(given);
      if (revokeKeys && !reset) throw new CliError("--revoke-keys goes with --reset.", { exitCode: EXIT.usage });
      const stdin = { option: "--password-stdin", isGiven: passwordStdin };
      const password = await askSecret(io, {
        label: `Password for ${name}`,
        variable: "MOSAIC_NEW_PASSWORD",
        stdin,
        twice: true,
      });
      const problem = passwordSchema.safeParse(password.reveal(), { error: validationWords }).error?.issues[0]?.message;
      if (problem !== undefined) throw new CliError(`This password cannot be used. ${problem}`, { exitCode: EXIT.usage });
      const { createBreakglass } = await import("../host/create-breakglass.ts");
      const done = await createBreakglass({ io, username: name, password, reset, revokeKeys });
      const keys = revokeKeys ? ` Revoked ${done.keysRevoked} keys.` : "";
      print(context, { username: name, ...done }, () => `${reset ? "Changed the password of" : "Created"} ${name}.${keys}\n`);
    });
}

function username(text: string): string {
  const parsed = usernameSchema.safeParse(text, { error: validationWords });
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? "");
}
