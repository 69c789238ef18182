// `mosaic qa credentials add|list|remove`: what maintainers do with the pool, in the words of the original command.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { z } from "zod";
import {
  adminCredentialReplySchema,
  adminListReplySchema,
  credentialSummarySchema,
  type CredentialSummary,
} from "../../contracts/leases/credential-broker.ts";
import { LEASE_LIMITS, PAYLOAD_LIMITS } from "../../contracts/leases/credential-lease.ts";
import type { BrokerClient } from "./broker-client.ts";
import { adminIdOf, type BrokerOptions } from "./broker-settings.ts";
import { addAdminOptions, asAction, brokerOptionsSchema, clientFor, printJson } from "./qa-command.ts";
import { QaError } from "./qa-error.ts";
import type { CliIo } from "../terminal/io.ts";
import { printable, table } from "../terminal/printing.ts";
import { contextOf } from "../http/command-context.ts";

/** A list may hold payloads; one call may carry 64 MiB. */
const PAYLOAD_TIMEOUT_MS = 120_000;

interface Admin {
  readonly io: CliIo;
  readonly json: boolean;
  readonly options: BrokerOptions;
}

/** Errors and exit codes as the original has them. */
async function asAdmin(
  action: string,
  { io, json, options }: Admin,
  work: (broker: BrokerClient, actorId: string) => Promise<void>,
): Promise<void> {
  await asAction({ io, json, action, endsAsOriginal: true }, async () => {
    await work(clientFor(io, "maintainer", options), adminIdOf(options, io.env));
  });
}

export function addQaPoolCommands(credentials: Command, io: CliIo): void {
  addAdd(credentials, io);
  addList(credentials, io);
  addRemove(credentials, io);
}

const addSchema = brokerOptionsSchema.extend({
  kind: z.string(),
  payloadFile: z.string(),
  repoRoot: z.string().optional(),
  note: z.string().optional(),
});

function addAdd(credentials: Command, io: CliIo): void {
  addAdminOptions(credentials.command("add").description("add a credential to the pool of its kind"))
    .requiredOption("--kind <kind>", "telegram, discord, whatsapp, slack, or a kind of your own")
    .requiredOption("--payload-file <path>", "a JSON object: what a test run gets")
    .option("--repo-root <path>", "base directory of a relative --payload-file (default: current directory)")
    .option("--note <text>", "a note to recognise it by; no secrets")
    .action(async (given: unknown, command: Command) => {
      const options = addSchema.parse(given);
      const { json } = contextOf(io, command);
      await asAdmin("add", { io, json, options }, async (broker, actorId) => {
        const payload = await readPayloadFile(resolve(options.repoRoot ?? ".", options.payloadFile));
        const note = options.note === undefined ? {} : { note: options.note };
        const body = { kind: options.kind, payload, ...note, actorId };
        const timeoutMs = Math.max(PAYLOAD_TIMEOUT_MS, broker.target.httpTimeoutMs);
        const { credential } = await broker.post({ path: "/admin/add", body, timeoutMs }, adminCredentialReplySchema);
        if (json) return printJson(io, { status: "ok", action: "add", credential });
        const noteLine = credential.note === undefined ? "" : `Note: ${printable(credential.note)}\n`;
        const facts = `Kind: ${printable(credential.kind)}\nStatus: ${credential.status}\n${noteLine}`;
        io.stdout.write(`QA credential added: ${printable(credential.credentialId)}\n${facts}`);
      });
    });
}

const payloadSchema = z.record(z.string(), z.unknown());

/** @throws QaError INVALID_ARGUMENT that names the file and repeats nothing of it. */
async function readPayloadFile(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new QaError("INVALID_ARGUMENT", `${path} cannot be read.`);
  });
  if (text.length > PAYLOAD_LIMITS.maxLength) throw new QaError("INVALID_ARGUMENT", `${path} is longer than 64 MiB.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new QaError("INVALID_ARGUMENT", `${path} holds no JSON.`);
  }
  const parsed = payloadSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new QaError("INVALID_ARGUMENT", `${path} must hold a JSON object.`);
}

const listSchema = brokerOptionsSchema.extend({
  kind: z.string().optional(),
  status: z.string(),
  limit: z.string().optional(),
  showSecrets: z.boolean().default(false),
});

function addList(credentials: Command, io: CliIo): void {
  addAdminOptions(credentials.command("list").description("list credentials and their holders"))
    .option("--kind <kind>", "only this kind")
    .addOption(new Option("--status <status>", "active, disabled or all").default("all"))
    .option(
      "--limit <count>",
      `the maximum number (default ${LEASE_LIMITS.listLimit.default}, at most ${LEASE_LIMITS.listLimit.max})`,
    )
    .option("--show-secrets", "print the payloads as well; the broker records that you did")
    .action(async (given: unknown, command: Command) => {
      const options = listSchema.parse(given);
      const { json } = contextOf(io, command);
      await asAdmin("list", { io, json, options }, async (broker) => {
        const timeoutMs = options.showSecrets ? PAYLOAD_TIMEOUT_MS : broker.target.httpTimeoutMs;
        const request = { path: "/admin/list", body: listBody(options), timeoutMs };
        const { credentials: rows } = await broker.post(request, adminListReplySchema);
        if (json) return printJson(io, { status: "ok", action: "list", count: rows.length, credentials: rows });
        io.stdout.write(rows.length === 0 ? "No credentials matched.\n" : listTable(rows));
        if (options.showSecrets && rows.length > 0) io.stdout.write(`\nPayloads:\n${payloads(rows)}`);
      });
    });
}

function listBody({ kind, status, limit, showSecrets }: z.infer<typeof listSchema>): object {
  const wanted = status.trim().toLowerCase();
  if (!["active", "disabled", "all"].includes(wanted)) {
    throw new QaError("INVALID_ARGUMENT", "--status must be active, disabled or all.");
  }
  const most = limit === undefined ? undefined : Number(limit);
  if (most !== undefined && !(Number.isSafeInteger(most) && most >= 1)) {
    throw new QaError("INVALID_ARGUMENT", "--limit must be a whole number above 0.");
  }
  return {
    ...(kind?.trim() ? { kind: kind.trim() } : {}),
    status: wanted,
    ...(showSecrets ? { includePayload: true } : {}),
    ...(most === undefined ? {} : { limit: most }),
  };
}

function listTable(rows: readonly CredentialSummary[]): string {
  const cells = rows.map(({ credentialId, kind, status, lease, note = "" }) => {
    const leased = lease === undefined ? "no" : `yes(${lease.actorRole}:${lease.ownerId})`;
    return [credentialId, kind, status, leased, note];
  });
  return table([["credentialId", "kind", "status", "leased", "note"], ...cells]);
}

function payloads(rows: readonly CredentialSummary[]): string {
  return rows.map(({ credentialId, payload }) => `${credentialId}: ${JSON.stringify(payload ?? null)}\n`).join("");
}

const removeSchema = brokerOptionsSchema.extend({ credentialId: z.string() });
const removedSchema = z.object({ status: z.literal("ok"), changed: z.boolean(), credential: credentialSummarySchema });

function addRemove(credentials: Command, io: CliIo): void {
  addAdminOptions(credentials.command("remove").description("disable a credential; refused while it is leased"))
    .requiredOption("--credential-id <id>", "as `list` shows it")
    .action(async (given: unknown, command: Command) => {
      const options = removeSchema.parse(given);
      const { json } = contextOf(io, command);
      await asAdmin("remove", { io, json, options }, async (broker, actorId) => {
        const body = { credentialId: options.credentialId, actorId };
        const { changed, credential } = await broker.post({ path: "/admin/remove", body }, removedSchema);
        if (json) return printJson(io, { status: "ok", action: "remove", changed, credential });
        const what = changed ? "QA credential removed (disabled)" : "QA credential already disabled";
        io.stdout.write(`${what}: ${printable(credential.credentialId)}\n`);
      });
    });
}
