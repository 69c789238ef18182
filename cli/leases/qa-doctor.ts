// `mosaic qa credentials doctor`: whether this machine's settings and the broker are fit for test runs.
import type { Command } from "commander";
import { adminListReplySchema } from "../../contracts/leases/credential-broker.ts";
import { createBrokerClient } from "./broker-client.ts";
import {
  httpTimeoutOf,
  prefixOf,
  secretOf,
  SECRET_VARIABLES,
  siteUrlOf,
  targetOf,
  type BrokerOptions,
} from "./broker-settings.ts";
import { addAdminOptions, brokerOptionsSchema, printJson } from "./qa-command.ts";
import { QaError } from "./qa-error.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { painter, printable, type Style } from "../terminal/printing.ts";
import { contextOf } from "../http/command-context.ts";

/** Names and order of the checks are the original's: scripts look for them. */
interface Check {
  readonly name: string;
  readonly status: "pass" | "warn" | "fail";
  readonly details: string;
}

const STYLES: Readonly<Record<Check["status"], Style>> = { pass: "green", warn: "yellow", fail: "red" };

export function addQaDoctorCommand(credentials: Command, io: CliIo): void {
  addAdminOptions(
    credentials.command("doctor").description("check settings and broker without changing anything; exits with 1 on failure"),
  ).action(async (given: unknown, command: Command) => {
    const { json } = contextOf(io, command);
    const checks = await examine(io, brokerOptionsSchema.parse(given));
    const status = worstOf(checks);
    if (json) printJson(io, { checks, status });
    else io.stdout.write(describe(io, checks));
    if (status !== "fail") return;
    const failed = checks.filter((check) => check.status === "fail").length;
    const message = `${failed} of ${checks.length} checks failed.`;
    throw new CliError(message, { exitCode: EXIT.failed, isReported: json });
  });
}

async function examine(io: CliIo, options: BrokerOptions): Promise<Check[]> {
  const { env } = io;
  const hasCi = hasSecret(io, "ci");
  const settings = [
    check("OPENCLAW_QA_CONVEX_SITE_URL", () => siteUrlOf(options, env).origin),
    check("OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX", () => prefixOf(options, env)),
    hasCi ? pass(SECRET_VARIABLES.ci, "set") : warn(SECRET_VARIABLES.ci, "not set: needed only for leases of role ci"),
    check(SECRET_VARIABLES.maintainer, () => (secretOf("maintainer", env), "set")),
    check("OPENCLAW_QA_CREDENTIAL_HTTP_TIMEOUT_MS", () => `${httpTimeoutOf(env)} ms`),
  ];
  const isUsable = settings.every(({ status }) => status !== "fail");
  return [
    ...settings,
    isUsable ? await askBroker(io, options) : warn("broker admin/list", "not checked: fix the settings first"),
  ];
}

/** The rows are a sample: a pool that is leased as a whole passes. */
async function askBroker({ env }: CliIo, options: BrokerOptions): Promise<Check> {
  const name = "broker admin/list";
  try {
    const broker = createBrokerClient(targetOf(options, env), secretOf("maintainer", env));
    const { credentials } = await broker.post(
      { path: "/admin/list", body: { status: "active", limit: 1 } },
      adminListReplySchema,
    );
    const found = credentials.length === 0 ? "the pool has no active credential" : "the pool has an active credential";
    return credentials.length === 0 ? warn(name, found) : pass(name, found);
  } catch (error) {
    return { name, status: "fail", details: detailsOf(error) };
  }
}

function check(name: string, look: () => string): Check {
  try {
    return pass(name, look());
  } catch (error) {
    return { name, status: "fail", details: detailsOf(error) };
  }
}

function detailsOf(error: unknown): string {
  if (error instanceof QaError) return `${error.qaCode}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

const pass = (name: string, details: string): Check => ({ name, status: "pass", details });
const warn = (name: string, details: string): Check => ({ name, status: "warn", details });

function hasSecret({ env }: CliIo, role: keyof typeof SECRET_VARIABLES): boolean {
  return (env[SECRET_VARIABLES[role]]?.trim() ?? "") !== "";
}

function worstOf(checks: readonly Check[]): Check["status"] {
  const seen = new Set(checks.map(({ status }) => status));
  return seen.has("fail") ? "fail" : seen.has("warn") ? "warn" : "pass";
}

function describe(io: CliIo, checks: readonly Check[]): string {
  const paint = painter(io, io.stdout);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const line = ({ name, status, details }: Check) =>
    `${paint(STYLES[status], status.padEnd(4))}  ${name.padEnd(width)}  ${printable(details)}\n`;
  return checks.map(line).join("");
}
