// The command line as a whole: its commands, its help, and how errors end it.
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { z } from "zod";
import { ERROR_RULES, FleetError } from "../contracts/core/errors.ts";
import { addUpCommand } from "./up/up.ts";
import { CliError, type CliErrorFacts } from "./terminal/cli-error.ts";
import { EXIT, EXIT_CODES_HELP } from "./terminal/exit-codes.ts";
import type { CliIo } from "./terminal/io.ts";
import { painter, printable } from "./terminal/printing.ts";

const HELP = `
Begin with:
  mosaic up --demo          start everything on this machine, with a demonstration model
  mosaic login ann          sign in and store a personal API key
  mosaic chat "Hello"       talk to your agent

Environment: MOSAIC_URL and MOSAIC_API_KEY name the installation and your key; NO_COLOR turns colours off.
Keys and passwords are never taken from the command line, where other users of the machine could read them.
${EXIT_CODES_HELP}`;

/** Never throws. `words`: the arguments after the command's own name. */
export async function runCli(words: readonly string[], io: CliIo): Promise<number> {
  try {
    const program = createProgram(io);
    addUpCommand(program, io);
    // `up` runs for as long as the installation does, and must not keep all other commands in memory.
    if (words[0] !== "up") (await import("./all-but-up.ts")).addCommands(program, io);
    await program.parseAsync(words, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = toCliError(error);
    if (failure.facts.isReported !== true) report(io, failure, words.includes("--json"));
    return failure.facts.exitCode;
  }
}

function createProgram(io: CliIo): Command {
  return new Command("mosaic")
    .description("Personal OpenClaw agents: run the fleet, chat with your agent, manage your settings.")
    .version(version(), "-V, --version", "print the version")
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
}

function version(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
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
