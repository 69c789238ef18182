// `exec`: a command with a lease. The lease is released however the command ends, and the command never outlives it.
import type { CliIo } from "../terminal/io.ts";
import { createProgressLine } from "../terminal/progress-line.ts";
import type { BrokerClient } from "./broker-client.ts";
import { SECRET_VARIABLES } from "./broker-settings.ts";
import { startCommand, type CommandLine, type HeldCommand } from "./held-command.ts";
import { keepLease, type Loss } from "./lease-keeper.ts";
import { acquireLease, giveBack, readPayload, type Lease, type LeaseRequest } from "./lease.ts";
import { handOver, type HandOver, type HandOverOptions } from "./payload-hand-over.ts";
import { QaError } from "./qa-error.ts";
import { watchSignals, type SignalWatch } from "./signals.ts";

/** Between the end of what was stopped and the expiry. */
const SAFETY_MS = 2_000;
/** Someone else has the credential already. */
const TAKEN_GRACE_MS = 2_000;
/** Of the TTL that was granted: 30 s leave no more than this for stopping. */
const GRACE_MAX_SHARE = 1 / 3;

export interface RunOptions {
  readonly request: LeaseRequest;
  readonly words: CommandLine["words"];
  readonly handOver: Omit<HandOverOptions, "folder">;
  /** Milliseconds that the command gets to exit before the lease expires; less if the lease is short. */
  readonly graceMs: number;
  /** The command sees the broker's secrets too. */
  readonly keepsSecrets: boolean;
}

/**
 * Resolves to the command's exit code. @throws QaError POOL_EXHAUSTED, LEASE_LOST and LEASE_LIFETIME_OVER (the command was
 * stopped), INTERRUPTED (there was no command yet), and what the broker refuses.
 */
export async function runWithLease(io: CliIo, broker: BrokerClient, options: RunOptions): Promise<number> {
  const signals = watchSignals();
  try {
    return await acquireAndRun(io, broker, { ...options, signals });
  } catch (error) {
    if (signals.interrupted.aborted) throw new QaError("INTERRUPTED", "Interrupted before the command was started.");
    throw error;
  } finally {
    signals.stop();
  }
}

interface Watched extends RunOptions {
  readonly signals: SignalWatch;
}

async function acquireAndRun(io: CliIo, broker: BrokerClient, options: Watched): Promise<number> {
  const signal = options.signals.interrupted;
  const { lease, payload } = await acquirePatiently(io, broker, { request: options.request, signal });
  const outcome = { failed: false };
  try {
    const whole = await readPayload(broker, { lease, payload }, { ...options.request, signal });
    const handed = await handOver(whole, { ...options.handOver, folder: io.env["RUNNER_TEMP"] });
    // Also when something unforeseen ends this process.
    process.once("exit", handed.remove);
    try {
      const graceMs = Math.min(options.graceMs, Math.floor(lease.leaseTtlMs * GRACE_MAX_SHARE));
      return await runHolding(io, broker, { ...options, graceMs, lease, handed, outcome });
    } finally {
      process.off("exit", handed.remove);
      handed.remove();
    }
  } finally {
    await releaseLoudly(io, broker, { lease, failed: outcome.failed });
  }
}

interface PatientRequest {
  readonly request: LeaseRequest;
  /** Ends the wait, and with it the place in the queue. */
  readonly signal: AbortSignal;
}

async function acquirePatiently(io: CliIo, broker: BrokerClient, { request, signal }: PatientRequest) {
  const progress = createProgressLine(io, { quiet: false });
  try {
    return await acquireLease(broker, request, {
      signal,
      onWait: ({ position, expectedWaitMs }) => progress.show(describeWait(request.kind, position, expectedWaitMs)),
    });
  } finally {
    progress.clear();
  }
}

export function describeWait(kind: string, position?: number, expectedWaitMs?: number | null): string {
  const place = position === undefined ? "" : `, ${position === 1 ? "next in line" : `number ${position} in line`}`;
  const time =
    typeof expectedWaitMs === "number" ? `, ${Math.ceil(expectedWaitMs / 1_000)} s at most unless one is released` : "";
  return `Waiting for a credential of kind ${kind}${place}${time} …`;
}

interface Holding extends Watched {
  readonly lease: Lease;
  readonly handed: HandOver;
  /** Of the command; one that was never started used nothing. */
  readonly outcome: { failed: boolean };
}

async function runHolding(io: CliIo, broker: BrokerClient, options: Holding): Promise<number> {
  const { lease, handed, words, graceMs, signals, outcome } = options;
  const keeper = keepLease(broker, {
    lease,
    marginMs: graceMs + SAFETY_MS,
    onTrouble: (code, leftMs) =>
      io.stderr.write(`mosaic: a heartbeat failed (${code}); trying again, ${Math.floor(leftMs / 1_000)} s are left.\n`),
  });
  try {
    const env = environmentFor(io, options, { ...handed.variables, ...factsOf(lease) });
    const command = await startCommand({ words, env, atTerminal: io.stdin.isTTY === true, signals });
    outcome.failed = true;
    const first = await Promise.race([command.ended, keeper.lost]);
    if (typeof first === "number" || first === null) {
      // No process of the command may keep using a credential that is about to be leased to another run.
      await command.stop(graceMs);
      const exitCode = await command.ended;
      outcome.failed = exitCode !== 0;
      return exitCode;
    }
    return await stopBecause(io, { command, loss: first, options });
  } finally {
    keeper.stop();
    await keeper.lost;
  }
}

async function stopBecause(io: CliIo, end: { command: HeldCommand; loss: Loss; options: Holding }): Promise<never> {
  const { command, loss, options } = end;
  io.stderr.write(`mosaic: the lease cannot be kept (${loss.code}); stopping the command.\n`);
  await command.stop(loss.kind === "taken" ? TAKEN_GRACE_MS : options.graceMs);
  throw lossError(loss, options.request.kind);
}

function lossError(loss: Loss, kind: string): QaError {
  const again = "Another run may have used the credential at the same time: run the command again.";
  const lost = `The lease of a ${kind} credential was lost.`;
  switch (loss.kind) {
    case "taken":
      return new QaError("LEASE_LOST", `${lost} The broker no longer knows it as ours (${loss.code}).`, { cure: again });
    case "running_out": {
      const why = "No heartbeat reached the broker in time; the command was stopped before the lease expired.";
      return new QaError("LEASE_LOST", `${lost} ${why}`, { cure: again });
    }
    case "lifetime_over": {
      const limit = `${Math.round(loss.lifetimeMs / 1_000)} s (maxLifetimeMs)`;
      const why = `A lease of a ${kind} credential lasts at most ${limit}; the command was stopped before that.`;
      const cure = "Split the command, or ask a maintainer to raise the maximum lifetime of the kind's leases.";
      return new QaError("LEASE_LIFETIME_OVER", why, { cure });
    }
  }
}

function factsOf({ kind, credentialId, ownerId }: Lease): Record<string, string> {
  return { MOSAIC_QA_KIND: kind, MOSAIC_QA_CREDENTIAL_ID: credentialId, MOSAIC_QA_OWNER_ID: ownerId };
}

function environmentFor(io: CliIo, { keepsSecrets }: RunOptions, variables: Readonly<Record<string, string>>): CliIo["env"] {
  const own: Record<string, string | undefined> = { ...io.env };
  if (!keepsSecrets) for (const name of Object.values(SECRET_VARIABLES)) delete own[name];
  return { ...own, ...variables };
}

/** A lease that cannot be released expires; that is reported, but does not change the command's result. */
async function releaseLoudly(
  io: CliIo,
  broker: BrokerClient,
  { lease, failed }: { readonly lease: Lease; readonly failed: boolean },
): Promise<void> {
  try {
    await giveBack(broker, lease, { failed });
  } catch (error) {
    const code = error instanceof QaError ? error.qaCode : "UNEXPECTED_ERROR";
    const text = `mosaic: the credential ${lease.credentialId} was not released (${code}); its lease will expire.\n`;
    io.stderr.write(text);
  }
}
