// `mosaic doctor`: what is wrong on this machine, and how to fix it.
import type { Command } from "commander";
import type { CheckResult } from "./doctor/check.ts";
import { resolveTarget } from "../http/target.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { painter, printable, type Style } from "../terminal/printing.ts";
import { contextOf, print } from "../http/command-context.ts";

const HELP = `
Run it on the machine of the installation, with the same environment as \`mosaic up\`. Against an installation elsewhere
(--url) it checks only the API. It changes nothing. Exits with 1 if a check fails.

Examples:
  mosaic doctor
  mosaic doctor --json | jq '.checks[] | select(.status != "ok")'`;

export function addDoctorCommand(program: Command, io: CliIo): void {
  program
    .command("doctor")
    .description("find out what is wrong and how to fix it")
    .addHelpText("after", HELP)
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { url } = await resolveTarget(io, context.url);
      const { examine } = await import("./doctor/examine.ts");
      const checks = await examine({ io, url });
      print(context, { checks }, () => describe(io, checks));
      const failed = checks.filter(({ status }) => status === "fail").length;
      if (failed > 0) throw new CliError(`${failed} of ${checks.length} checks failed.`, { exitCode: EXIT.failed });
    });
}

const STYLES: Readonly<Record<CheckResult["status"], Style>> = { ok: "green", warn: "yellow", fail: "red" };

function describe(io: CliIo, checks: readonly CheckResult[]): string {
  const paint = painter(io, io.stdout);
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, status, detail, cure }) => {
      const mark = paint(STYLES[status], status.padEnd(4));
      const advice = cure === null || status === "ok" ? "" : `\n${" ".repeat(width + 8)}${paint("dim", printable(cure))}`;
      return `${mark}  ${name.padEnd(width)}  ${printable(detail)}${advice}\n`;
    })
    .join("");
}
