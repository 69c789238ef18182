// Runs schemathesis against an api, and returns its findings and every answer it got.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ERROR_RULES, type ErrorCode } from "../../../contracts/core/errors.ts";
import { fuzzTool } from "../../../scripts/fuzz-tool.ts";
import { isSoak, RUN_SEED, sized } from "./run-size.ts";

const CONFIG = join(import.meta.dirname, "../../fuzz/schemathesis.toml");
/** Per operation. */
const EXAMPLES = sized(3);
/** Where nearly all is refused alike, examples stand for the boundaries of every field: going through these takes far longer. */
const OF_REFUSED = isSoak ? ["--max-examples", "5"] : ["--max-examples", "8", "--phases", "examples,fuzzing,stateful"];
/** Sequences of calls that follow from each other. */
const SEQUENCES = sized(2);
const SEED = isSoak ? RUN_SEED : 20261121;
/** A run takes a minute; what is left is for a machine with much else to do. */
const RUN_TIMEOUT_MS = sized(900_000);
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

export interface FuzzRun {
  readonly url: string;
  /** The OpenAPI document. */
  readonly document: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Operations to leave out, or the only ones to take. */
  readonly without?: readonly string[];
  readonly only?: readonly string[];
  /** Nearly all is refused alike. */
  readonly isRefused?: boolean;
  /** Codes of errors that may come with a documented 5xx, because something is absent on purpose. */
  readonly absent?: readonly ErrorCode[];
}

export interface FuzzResult {
  /** Empty when every check passed. */
  readonly failures: string;
  readonly answers: readonly FuzzAnswer[];
}

export interface FuzzAnswer {
  readonly request: string;
  readonly status: number;
  /** Headers and body. */
  readonly text: string;
}

const nameValue = z.object({ name: z.string(), value: z.string() });
const harSchema = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        request: z.object({ method: z.string(), url: z.string() }),
        response: z.object({
          status: z.number(),
          headers: z.array(nameValue),
          content: z.object({ text: z.string().optional(), encoding: z.string().optional() }),
        }),
      }),
    ),
  }),
});

export async function fuzz(run: FuzzRun): Promise<FuzzResult> {
  const python = await fuzzTool(AbortSignal.timeout(RUN_TIMEOUT_MS));
  const folder = await mkdtemp(join(tmpdir(), "mosaic-fuzz-"));
  try {
    const document = join(folder, "openapi.json");
    await writeFile(document, JSON.stringify(run.document));
    const config = join(folder, "schemathesis.toml");
    await writeFile(config, (await readFile(CONFIG, "utf8")) + sequences() + allowedFaults(run));
    const har = join(folder, "answers.har");
    const args = ["-m", "schemathesis.cli", "--config-file", config, "run", document, "--url", run.url, ...optionsOf(run)];
    const { code, output } = await execute(python, [...args, "--report", "har", "--report-har-path", har], folder);
    const { log } = harSchema.parse(JSON.parse(await readFile(har, "utf8")));
    return {
      failures: code === 0 ? "" : output,
      answers: log.entries.map(({ request, response }) => ({
        request: `${request.method} ${request.url}`,
        status: response.status,
        text: [...response.headers.map(({ name, value }) => `${name}: ${value}`), bodyOf(response.content)].join("\n"),
      })),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function optionsOf({ headers = {}, without = [], only = [], isRefused = false }: FuzzRun): string[] {
  return [
    "--no-color",
    // The answers are searched for secrets: nothing may be blanked before.
    ...["--output-sanitize", "false"],
    ...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
    ...without.flatMap((operation) => ["--exclude-operation-id", operation]),
    ...only.flatMap((operation) => ["--include-operation-id", operation]),
    ...["--seed", String(SEED), ...(isRefused ? OF_REFUSED : ["--max-examples", String(EXAMPLES)])],
  ];
}

function sequences(): string {
  return `\n[phases.stateful]\ngeneration.max-examples = ${SEQUENCES}\nmax-steps = 6\n`;
}

function allowedFaults({ absent = [] }: FuzzRun): string {
  const statuses = ["2xx", "3xx", "4xx", ...absent.map((code) => String(ERROR_RULES[code].status))];
  return `\n[checks.not_a_server_error]\nexpected-statuses = ${JSON.stringify(statuses)}\n`;
}

function bodyOf({ text = "", encoding }: { text?: string | undefined; encoding?: string | undefined }): string {
  return encoding === "base64" ? Buffer.from(text, "base64").toString("utf8") : text;
}

async function execute(python: string, args: string[], cwd: string): Promise<{ code: number; output: string }> {
  return await new Promise((resolve, reject) => {
    const options = { cwd, timeout: RUN_TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES };
    execFile(python, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, output: stdout });
      // 1: a check failed. Anything else is no verdict.
      else if (error.code === 1) resolve({ code: 1, output: stdout });
      else reject(new Error(`schemathesis ended with ${String(error.code)}: ${stderr || stdout}`.slice(0, 4_000)));
    });
  });
}
