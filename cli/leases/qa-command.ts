// What the commands of `mosaic qa credentials` share: options, JSON documents, and errors in the original's shape.
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { BROKER_ROLES, type BrokerRole } from "../../contracts/leases/credential-lease.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";
import { createBrokerClient, type BrokerClient } from "./broker-client.ts";
import { secretOf, targetOf, type BrokerOptions } from "./broker-settings.ts";
import { QaError } from "./qa-error.ts";

export const brokerOptionsSchema = z.object({
  siteUrl: z.string().optional(),
  endpointPrefix: z.string().optional(),
  actorId: z.string().optional(),
});

export function addBrokerOptions(command: Command): Command {
  return command
    .option("--site-url <url>", "the broker, instead of OPENCLAW_QA_CONVEX_SITE_URL")
    .option("--endpoint-prefix <path>", "its path, instead of OPENCLAW_QA_CONVEX_ENDPOINT_PREFIX (/qa-credentials/v1)");
}

/** Before the options of the broker, for the commands of maintainers. */
export function addAdminOptions(command: Command): Command {
  return addBrokerOptions(command).option("--actor-id <id>", "the actor recorded in the broker's events");
}

export function clientFor(io: CliIo, role: BrokerRole, options: BrokerOptions): BrokerClient {
  const target = targetOf(options, io.env);
  return createBrokerClient(target, secretOf(role, io.env));
}

export interface QaAction {
  readonly io: CliIo;
  readonly json: boolean;
  readonly action: string;
  /** The original's commands end with 1 whatever went wrong. */
  readonly endsAsOriginal?: boolean;
}

/** Runs the command's work; with `--json` a failure is a document on standard output, as scripts expect it. */
export async function asAction(qa: QaAction, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const failure = error instanceof CliError ? error : new CliError(messageOf(error), { exitCode: EXIT.failed });
    const code = failure instanceof QaError ? failure.qaCode : "UNEXPECTED_ERROR";
    if (qa.json) printJson(qa.io, { status: "error", action: qa.action, code, message: failure.message });
    const exitCode = qa.endsAsOriginal === true ? EXIT.failed : failure.facts.exitCode;
    throw new CliError(failure.message, {
      ...failure.facts,
      exitCode,
      isReported: qa.json || failure.facts.isReported === true,
    });
  }
}

export function printJson(io: CliIo, document: unknown): void {
  io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

export function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Enter a whole number above 0.");
}

export function role(text: string): BrokerRole {
  const known = BROKER_ROLES.find((name) => name === text);
  if (known !== undefined) return known;
  throw new InvalidArgumentError("ci or maintainer.");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
