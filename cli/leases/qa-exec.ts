// `mosaic qa credentials exec -- <command>`: runs a command while it holds a lease, with heartbeats.
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import { leaseSettingsOf } from "./broker-settings.ts";
import type { FieldVariable } from "./payload-hand-over.ts";
import { asAction, clientFor, count } from "./qa-command.ts";
import { runWithLease, type RunOptions } from "./run-with-lease.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { addLeaseOptions, leaseOptionsSchema } from "./qa-lease.ts";

const GRACE_MS = 10_000;

const HELP = `
The command gets the payload in a file of mode 600, which MOSAIC_QA_PAYLOAD_FILE names and which is removed afterwards; with
--via env in the variable MOSAIC_QA_PAYLOAD. --set puts single fields of it into variables of your choice. It also gets
MOSAIC_QA_KIND, MOSAIC_QA_CREDENTIAL_ID and MOSAIC_QA_OWNER_ID, but not the broker's secrets.

Signals are passed on. The lease is released however the command ends. If no heartbeat gets through, the command is stopped before
the lease expires (SIGTERM, then SIGKILL). Processes that the command leaves running are ended too, except at a terminal.

Exits with the command's exit code; with 75 if the lease was lost, with 78 if it reached the maximum lifetime of its kind, and with
the codes of \`mosaic --help\` if nothing was run.

Examples:
  mosaic qa credentials exec --kind telegram -- npm run test:telegram
  mosaic qa credentials exec --kind telegram --set DRIVER_TOKEN=driverToken --set GROUP=groupId -- ./smoke-test.sh
  mosaic qa credentials exec --kind whatsapp --quarantine-on-expiry -- sh -c 'jq -r .driverPhoneE164 "$MOSAIC_QA_PAYLOAD_FILE"'`;

const schema = leaseOptionsSchema.extend({
  via: z.enum(["file", "env"]),
  set: z.array(z.object({ name: z.string(), field: z.string() })).default([]),
  graceMs: z.number(),
  keepSecrets: z.boolean().default(false),
});

export function addQaExecCommand(credentials: Command, io: CliIo): void {
  addLeaseOptions(credentials.command("exec").description("run a command while holding a lease"))
    .argument("<command...>", "after --")
    .addOption(new Option("--via <way>", "how the command gets the payload").choices(["file", "env"]).default("file"))
    .option("--set <NAME=field>", "pass a payload field as a variable; repeatable", variable)
    .option("--grace-ms <ms>", "time for the command to exit before it is killed, if the lease ends", count, GRACE_MS)
    .option("--keep-secrets", "leave the broker's secrets in the command's environment")
    .addHelpText("after", HELP)
    .action(async (words: string[], given: unknown) => {
      const options = schema.parse(given);
      await asAction({ io, json: false, action: "exec" }, async () => {
        const exitCode = await run(io, words, options);
        // The command has said what there is to say.
        if (exitCode !== EXIT.ok) throw new CliError("The command failed.", { exitCode, isReported: true });
      });
    });
}

async function run(io: CliIo, words: readonly string[], options: z.output<typeof schema>): Promise<number> {
  const [file, ...rest] = words;
  if (file === undefined) throw new CliError("There is no command.", { exitCode: EXIT.usage });
  const settings = leaseSettingsOf(options, io.env);
  const { kind, exclude: excludeCredentialIds, quarantineOnExpiry, via, set: fields, keepSecrets } = options;
  const runOptions: RunOptions = {
    request: { ...settings, kind, excludeCredentialIds, quarantineOnExpiry },
    words: [file, ...rest],
    handOver: { via, fields },
    graceMs: options.graceMs,
    keepsSecrets: keepSecrets,
  };
  return await runWithLease(io, clientFor(io, settings.role, options), runOptions);
}

function variable(text: string, before: readonly FieldVariable[] = []): FieldVariable[] {
  const [, name, field] = /^([A-Za-z_][A-Za-z0-9_]*)=(.+)$/.exec(text) ?? [];
  if (name === undefined || field === undefined) throw new InvalidArgumentError("Use the form NAME=field.");
  return [...before, { name, field }];
}
