// The command line as a whole: its commands, its help, and how errors end it.
import { Command, CommanderError } from "commander";
import { ERROR_RULES, FleetError } from "../contracts/errors.ts";
import { addAdminCommands } from "./commands/admin.ts";
import { addChatCommand } from "./commands/chat.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addKeysCommands } from "./commands/keys.ts";
import { addLoginCommands } from "./commands/login.ts";
import { addOnboardCommand } from "./commands/onboard.ts";
import { addProvidersCommands } from "./commands/providers.ts";
import { addQaCommands } from "./commands/qa.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addUpCommand } from "./commands/up.ts";
import { addUsersCommands } from "./commands/users.ts";
import { CliError, type CliErrorFacts } from "./terminal/cli-error.ts";
import { EXIT, EXIT_CODES_HELP } from "./terminal/exit-codes.ts";
import type { CliIo } from "./terminal/io.ts";
import { painter, printable } from "./terminal/printing.ts";

const HELP = `
Begin with:
  mosaic up --demo          bring everything up on this machine, with a demonstration model
  mosaic login ann          let this command act for you
  mosaic chat "Hello"       talk to your agent

Environment: MOSAIC_URL and MOSAIC_API_KEY name the installation and your key; NO_COLOR turns colours off.
Keys and passwords are never taken from the command line, where other users of the machine could read them.
${EXIT_CODES_HELP}`;

/** Never throws. `words`: the arguments after the command's own name. */
export async function runCli(words: readonly string[], io: CliIo): Promise<number> {
  try {
    await createProgram(io).parseAsync(words, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = toCliError(error);
    if (failure.facts.isReported !== true) report(io, failure, words.includes("--json"));
    return failure.facts.exitCode;
  }
}

function createProgram(io: CliIo): Command {
  const program = new Command("mosaic")
    .description("Personal OpenClaw agents for everybody: run the fleet, talk to your agent, manage your settings.")
    .option("--url <url>", "the installation (default: MOSAIC_URL, the one of `mosaic login`, or http://127.0.0.1:4000)")
    .option("--json", "print one JSON document instead of text")
    .addHelpText("after", HELP)
    .showHelpAfterError("(add --help for the whole story)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  const commands = [addUpCommand, addChatCommand, addStatusCommand, addLoginCommands, addProvidersCommands, addKeysCommands];
  const forOperators = [addUsersCommands, addOnboardCommand, addAdminCommands, addDoctorCommand, addQaCommands];
  for (const add of [...commands, ...forOperators]) add(program, io);
  return program;
}

function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof FleetError) return new CliError(error.message, { ...factsOf(error) });
  const message = error instanceof Error ? error.message : String(error);
  return new CliError(message, { exitCode: EXIT.failed });
}

function factsOf({ code, validations }: FleetError): CliErrorFacts {
  if (code === "CONFIG_INVALID") return { exitCode: EXIT.configuration, code };
  if (code === "VALIDATION_FAILED") return { exitCode: EXIT.usage, code, validations };
  return { exitCode: ERROR_RULES[code].retry ? EXIT.unavailable : EXIT.failed, code };
}

function report(io: CliIo, { message, facts }: CliError, json: boolean): void {
  if (json) {
    io.stderr.write(`${JSON.stringify({ error: { message, ...facts } })}\n`);
    return;
  }
  const paint = painter(io, io.stderr);
  const fields = (facts.validations ?? []).map(({ path, message: problem }) => `  ${path}: ${problem}\n`).join("");
  const cure = facts.cure === undefined ? "" : `${paint("dim", facts.cure)}\n`;
  const request = facts.requestId === undefined ? "" : `${paint("dim", `Request ${facts.requestId}`)}\n`;
  io.stderr.write(`${paint("red", printable(message))}\n${printable(fields)}${cure}${request}`);
}
