// Asks for what must not stand on a command line, where every process of the machine could read it.
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { pastedToken } from "../../contracts/core/pasted-secret.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { CliError } from "./cli-error.ts";
import { EXIT } from "./exit-codes.ts";
import { isInteractive, type CliIo } from "./io.ts";

export interface SecretQuestion {
  /** The prompt, e.g. `Password of ann`. */
  readonly label: string;
  /** The environment variable that may hold it. */
  readonly variable: string;
  /** The option by which standard input is the secret, and whether it was given. */
  readonly stdin?: { readonly option: string; readonly isGiven: boolean };
  /** Ask twice, for a secret that is being chosen. */
  readonly twice?: boolean;
  /** A key or token, which people paste with things around it; a password is taken as it is. */
  readonly isToken?: boolean;
}

/** From standard input when told so, else from the variable, else asked at the terminal without showing it. */
export async function askSecret(io: CliIo, question: SecretQuestion): Promise<Secret> {
  const { label, variable, stdin, twice } = question;
  const asMeant = (text: string): string => (question.isToken === true ? pastedToken(text) : text);
  const given = asMeant(stdin?.isGiven ? await readAll(io) : (io.env[variable] ?? ""));
  if (given !== "") return new Secret(given);
  if (stdin?.isGiven || !isInteractive(io)) {
    const cure = `Put it into the variable ${variable}${stdin ? `, or pass it by ${stdin.option} on standard input` : ""}.`;
    throw new CliError(`${label} is missing.`, { exitCode: EXIT.usage, cure });
  }
  const answer = await askHidden(io, label);
  if (twice && (await askHidden(io, `${label}, once more`)) !== answer) {
    throw new CliError("The two passwords do not match.", { exitCode: EXIT.usage });
  }
  return new Secret(asMeant(answer));
}

/** @throws CliError when nobody is there to say yes; `--yes` says it beforehand. */
export async function confirm(io: CliIo, question: string): Promise<boolean> {
  if (!isInteractive(io)) {
    throw new CliError(`${question} Nobody is there to say yes.`, { exitCode: EXIT.usage, cure: "Add --yes." });
  }
  const answer = await askLine(io, `${question} [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}

/** One line, seen while it is typed. @throws CliError when nobody is there to type it. */
export async function askLine(io: CliIo, prompt: string): Promise<string> {
  if (!isInteractive(io)) throw new CliError(`${prompt.replace(/[: ]+$/, "")} is missing.`, { exitCode: EXIT.usage });
  io.stderr.write(prompt);
  const lines = createInterface({ input: io.stdin, terminal: false });
  const answer = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  lines.close();
  return answer;
}

async function askHidden(io: CliIo, label: string): Promise<string> {
  io.stderr.write(`${label}: `);
  const lines = createInterface({ input: io.stdin, output: nowhere(), terminal: true });
  // In terminal mode Ctrl-C arrives here as an event and would otherwise look like an empty answer.
  let interrupted = false;
  lines.once("SIGINT", () => {
    interrupted = true;
    lines.close();
  });
  const answer = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  lines.close();
  io.stderr.write("\n");
  if (interrupted) throw new CliError("Interrupted.", { exitCode: EXIT.failed });
  return answer;
}

export async function readAll(io: CliIo): Promise<string> {
  let text = "";
  for await (const chunk of io.stdin) text += String(chunk);
  return text.replace(/\r?\n$/, "");
}

/** Swallows what readline would show of the keys pressed. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
