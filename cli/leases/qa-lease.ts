// `mosaic qa credentials acquire|heartbeat|release|status`: a lease by hand, for scripts that `exec` does not fit.
import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { poolStatusReplySchema, type PoolStatus } from "../../contracts/leases/credential-broker.ts";
import { BROKER_ROLES } from "../../contracts/leases/credential-lease.ts";
import type { BrokerClient } from "./broker-client.ts";
import { leaseSettingsOf } from "./broker-settings.ts";
import { forgetLease, loadLease, saveLease } from "./lease-file.ts";
import { acquireLease, beat, giveBack, readPayload, type Lease } from "./lease.ts";
import { writePrivately } from "./payload-hand-over.ts";
import { addBrokerOptions, asAction, brokerOptionsSchema, clientFor, count, printJson, role } from "./qa-command.ts";
import { QaError } from "./qa-error.ts";
import { describeWait } from "./run-with-lease.ts";
import type { CliIo } from "../terminal/io.ts";
import { facts, printable, table } from "../terminal/printing.ts";
import { createProgressLine } from "../terminal/progress-line.ts";
import { contextOf } from "../http/command-context.ts";

export const leaseOptionsSchema = brokerOptionsSchema.extend({
  kind: z.string(),
  role: z.enum(BROKER_ROLES).optional(),
  ownerId: z.string().optional(),
  ttlMs: z.number().optional(),
  timeoutMs: z.number().optional(),
  exclude: z.array(z.string()).default([]),
  quarantineOnExpiry: z.boolean().default(false),
});

/** What `acquire` and `exec` share. */
export function addLeaseOptions(command: Command): Command {
  return addBrokerOptions(command)
    .requiredOption("--kind <kind>", "what kind of credential")
    .option("--role <role>", "ci or maintainer: whose secret to use", role)
    .option("--owner-id <id>", "the holder's name, shown to administrators")
    .option("--ttl-ms <ms>", "lease duration without a heartbeat: 30000 to 7200000", count)
    .option("--timeout-ms <ms>", "how long to wait for a free credential", count)
    .option("--exclude <credentialId...>", "never lease these")
    .option("--quarantine-on-expiry", "quarantine the credential if the lease expires without being released");
}

export function addQaLeaseCommands(credentials: Command, io: CliIo): void {
  addAcquire(credentials, io);
  addHeartbeat(credentials, io);
  addRelease(credentials, io);
  addStatus(credentials, io);
}

const ACQUIRE_HELP = `
The lease is written to --lease-file (mode 600) for heartbeat and release; neither its token nor the payload is printed.
Keep the lease with heartbeats, or use \`exec\`, which sends them for you.

Examples:
  mosaic qa credentials acquire --kind telegram --lease-file lease.json --payload-file payload.json
  mosaic qa credentials heartbeat --lease-file lease.json
  mosaic qa credentials release --lease-file lease.json`;

function addAcquire(credentials: Command, io: CliIo): void {
  const schema = leaseOptionsSchema.extend({ leaseFile: z.string(), payloadFile: z.string().optional() });
  addLeaseOptions(credentials.command("acquire").description("lease a credential, waiting in the queue"))
    .requiredOption("--lease-file <path>", "where to write the lease; must not exist")
    .option("--payload-file <path>", "where to write the payload; must not exist")
    .addHelpText("after", ACQUIRE_HELP)
    .action(async (given: unknown, command: Command) => {
      const options = schema.parse(given);
      const { json } = contextOf(io, command);
      await asAction({ io, json, action: "acquire" }, async () => {
        const settings = leaseSettingsOf(options, io.env);
        const broker = clientFor(io, settings.role, options);
        const { kind, exclude: excludeCredentialIds, quarantineOnExpiry } = options;
        const request = { ...settings, kind, excludeCredentialIds, quarantineOnExpiry };
        const progress = createProgressLine(io, { quiet: json });
        const acquired = await acquireLease(broker, request, {
          signal: new AbortController().signal,
          onWait: ({ position, expectedWaitMs }) => progress.show(describeWait(kind, position, expectedWaitMs)),
        }).finally(progress.clear);
        await keep(broker, acquired, { ...options, limits: settings });
        const { credentialId, ownerId, leaseTtlMs, heartbeatIntervalMs } = acquired.lease;
        const done = { credentialId, kind, ownerId, leaseTtlMs, heartbeatIntervalMs };
        if (json) return printJson(io, { status: "ok", action: "acquire", ...done });
        io.stdout.write(
          facts([
            ["Credential", credentialId],
            ["Kind", kind],
            ["Owner", ownerId],
            ["Lasts", `${Math.round(leaseTtlMs / 1_000)} s after each heartbeat`],
          ]),
        );
      });
    });
}

interface Keeping {
  readonly leaseFile: string;
  readonly payloadFile?: string | undefined;
  readonly limits: Parameters<typeof readPayload>[2];
}

/** A lease that cannot be written to a file would be lost, so it is released. */
async function keep(
  broker: BrokerClient,
  acquired: { lease: Lease; payload: unknown },
  { leaseFile, payloadFile, limits }: Keeping,
): Promise<void> {
  const payloadPath = payloadFile === undefined ? undefined : resolve(payloadFile);
  try {
    await saveLease(leaseFile, acquired.lease, payloadPath);
    if (payloadPath === undefined) return;
    try {
      await writePrivately(payloadPath, (await readPayload(broker, acquired, limits)).reveal());
    } catch (error) {
      await forgetLease(leaseFile, { payloadFile: null });
      throw error;
    }
  } catch (error) {
    await giveBack(broker, acquired.lease);
    throw error;
  }
}

const heldSchema = brokerOptionsSchema.extend({
  leaseFile: z.string(),
  reportBad: z.string().optional(),
  failed: z.boolean().optional(),
});

function addHeartbeat(credentials: Command, io: CliIo): void {
  addBrokerOptions(credentials.command("heartbeat").description("renew a lease once"))
    .requiredOption("--lease-file <path>", "the file written by `acquire`")
    .action(async (given: unknown, command: Command) => {
      const options = heldSchema.parse(given);
      const { json } = contextOf(io, command);
      await asAction({ io, json, action: "heartbeat" }, async () => {
        const lease = await loadLease(options.leaseFile);
        const broker = clientFor(io, lease.actorRole, options);
        await beat(broker, lease, broker.target.httpTimeoutMs);
        const { credentialId, leaseTtlMs } = lease;
        if (json) return printJson(io, { status: "ok", action: "heartbeat", credentialId, leaseTtlMs });
        io.stdout.write(`Renewed ${printable(credentialId)}.\n`);
      });
    });
}

function addRelease(credentials: Command, io: CliIo): void {
  addBrokerOptions(credentials.command("release").description("release a lease and remove its files"))
    .requiredOption("--lease-file <path>", "the file written by `acquire`")
    .option("--failed", "the run failed: the credential cools down if its kind says so")
    .option("--report-bad <reason>", "quarantine the credential because it does not work; state the reason")
    .action(async (given: unknown, command: Command) => {
      const options = heldSchema.parse(given);
      const { json } = contextOf(io, command);
      await asAction({ io, json, action: "release" }, async () => {
        const lease = await loadLease(options.leaseFile);
        const broker = clientFor(io, lease.actorRole, options);
        try {
          await giveBack(broker, lease, { badBecause: options.reportBad, failed: options.failed });
        } catch (error) {
          // It is nobody's secret any more; a broker that is unavailable may be asked again.
          if (error instanceof QaError && !error.isTransient) await forgetLease(options.leaseFile, lease);
          throw error;
        }
        await forgetLease(options.leaseFile, lease);
        const { credentialId } = lease;
        if (json) return printJson(io, { status: "ok", action: "release", credentialId });
        const what = options.reportBad === undefined ? "Gave back" : "Quarantined and released";
        io.stdout.write(`${what} ${printable(credentialId)}.\n`);
      });
    });
}

const statusSchema = brokerOptionsSchema.extend({ kind: z.string().optional(), role: z.enum(BROKER_ROLES).optional() });

function addStatus(credentials: Command, io: CliIo): void {
  addBrokerOptions(credentials.command("status").description("show pool usage and why a pool is exhausted"))
    .option("--kind <kind>", "only this kind")
    .option("--role <role>", "ci or maintainer: whose secret to use", role)
    .action(async (given: unknown, command: Command) => {
      const options = statusSchema.parse(given);
      const { json } = contextOf(io, command);
      await asAction({ io, json, action: "status" }, async () => {
        const broker = clientFor(io, leaseSettingsOf(options, io.env).role, options);
        const body = options.kind === undefined ? {} : { kind: options.kind };
        const { pools } = await broker.post({ path: "/status", body }, poolStatusReplySchema);
        if (json) return printJson(io, { status: "ok", action: "status", pools });
        io.stdout.write(pools.length === 0 ? "There are no pools yet.\n" : poolTable(pools));
      });
    });
}

function poolTable(pools: readonly PoolStatus[]): string {
  const rows = pools.map(({ kind, total, free, unavailable, waiters, exhausted, nextExpiryMs }) => {
    const reasons = Object.entries(unavailable).filter(([, amount]) => amount > 0);
    const why = reasons.map(([reason, amount]) => `${amount} ${reason.replaceAll("_", " ")}`).join(", ");
    const next = nextExpiryMs === null ? "" : `${Math.ceil(nextExpiryMs / 1_000)} s`;
    return [kind, String(total), String(free), why, String(waiters), exhausted?.replaceAll("_", " ") ?? "", next];
  });
  return table([["KIND", "TOTAL", "FREE", "NOT FREE", "WAITING", "EXHAUSTED", "NEXT AT LATEST IN"], ...rows]);
}
