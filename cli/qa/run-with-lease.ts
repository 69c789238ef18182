// `exec`: a command with a lease. The lease is given back on every way out, and a command never outlives it.
import type { CliIo } from "../terminal/io.ts";
import { createProgressLine } from "../terminal/progress-line.ts";
import type { BrokerClient } from "./broker-client.ts";
import { SECRET_VARIABLES } from "./broker-settings.ts";
import { startCommand, type CommandLine, type HeldCommand } from "./held-command.ts";
import { keepLease, type Loss } from "./lease-keeper.ts";
import { acquireLease, giveBack, readPayload, type Lease, type LeaseRequest } from "./lease.ts";
import { handOver, type HandOver, type HandOverOptions } from "./payload-hand-over.ts";
import { QaError } from "./qa-error.ts";

/** Between the end of what was stopped and the expiry. */
const SAFETY_MS = 2_000;
/** Somebody else has the credential already. */
const TAKEN_GRACE_MS = 2_000;
const INTERRUPTING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface RunOptions {
  readonly request: LeaseRequest;
  readonly words: CommandLine["words"];
  readonly handOver: Omit<HandOverOptions, "folder">;
  /** Milliseconds that the command gets to end by itself when the lease runs out. */
  readonly graceMs: number;
  /** The command sees the broker's secrets too. */
  readonly keepsSecrets: boolean;
}

/**
 * Resolves to the command's exit code. @throws QaError POOL_EXHAUSTED, LEASE_LOST (the command was stopped), and what the
 * broker refuses.
 */
export async function runWithLease(io: CliIo, broker: BrokerClient, options: RunOptions): Promise<number> {
  const { lease, payload } = await acquirePatiently(io, broker, options.request);
  try {
    const whole = await readPayload(broker, { lease, payload }, options.request);
    const handed = await handOver(whole, { ...options.handOver, folder: io.env["RUNNER_TEMP"] });
    // Also when something unforeseen ends this process.
    process.once("exit", handed.remove);
    try {
      return await runHolding(io, broker, { ...options, lease, handed });
    } finally {
      process.off("exit", handed.remove);
      handed.remove();
    }
  } finally {
    await releaseLoudly(io, broker, lease);
  }
}

/** A signal while it waits ends the wait, and with it the place in the queue. */
async function acquirePatiently(io: CliIo, broker: BrokerClient, request: LeaseRequest) {
  const progress = createProgressLine(io, { quiet: false });
  const interruption = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => interruption.abort(signal);
  for (const signal of INTERRUPTING) process.once(signal, interrupt);
  try {
    return await acquireLease(broker, request, {
      signal: interruption.signal,
      onWait: ({ position, expectedWaitMs }) => progress.show(describeWait(request.kind, position, expectedWaitMs)),
    });
  } catch (error) {
    if (interruption.signal.aborted) throw new QaError("INTERRUPTED", "Interrupted while waiting for a credential.");
    throw error;
  } finally {
    for (const signal of INTERRUPTING) process.off(signal, interrupt);
    progress.clear();
  }
}

export function describeWait(kind: string, position?: number, expectedWaitMs?: number | null): string {
  const place = position === undefined ? "" : `, ${position === 1 ? "next in line" : `number ${position} in line`}`;
  const time =
    typeof expectedWaitMs === "number" ? `, ${Math.ceil(expectedWaitMs / 1_000)} s at most if nothing is given back` : "";
  return `Waiting for a credential of kind ${kind}${place}${time} …`;
}

interface Holding extends RunOptions {
  readonly lease: Lease;
  readonly handed: HandOver;
}

async function runHolding(io: CliIo, broker: BrokerClient, options: Holding): Promise<number> {
  const { lease, handed, words, graceMs } = options;
  const keeper = keepLease(broker, {
    lease,
    marginMs: graceMs + SAFETY_MS,
    onTrouble: (code, leftMs) =>
      io.stderr.write(`mosaic: a heartbeat failed (${code}); trying again, ${Math.floor(leftMs / 1_000)} s are left.\n`),
  });
  try {
    const env = environmentFor(io, options, { ...handed.variables, ...factsOf(lease) });
    const command = await startCommand({ words, env, atTerminal: io.stdin.isTTY === true });
    const first = await Promise.race([command.ended, keeper.lost]);
    if (typeof first === "number" || first === null) {
      // Nothing of it may go on with a credential that is about to be another's.
      await command.stop(graceMs);
      return await command.ended;
    }
    return await stopBecause(io, { command, loss: first, options });
  } finally {
    keeper.stop();
    await keeper.lost;
  }
}

async function stopBecause(io: CliIo, end: { command: HeldCommand; loss: Loss; options: Holding }): Promise<never> {
  const { command, loss, options } = end;
  const isTaken = loss.kind === "taken";
  io.stderr.write(`mosaic: the lease is lost (${loss.code}); stopping the command.\n`);
  await command.stop(isTaken ? TAKEN_GRACE_MS : options.graceMs);
  const why = isTaken
    ? `The broker no longer knows it as ours (${loss.code}).`
    : "No heartbeat reached the broker in time; the command was stopped before the lease ran out.";
  const cure = "What the command did may have met another user of the credential: run it again.";
  throw new QaError("LEASE_LOST", `The lease of a ${options.request.kind} credential was lost. ${why}`, { cure });
}

function factsOf({ kind, credentialId, ownerId }: Lease): Record<string, string> {
  return { MOSAIC_QA_KIND: kind, MOSAIC_QA_CREDENTIAL_ID: credentialId, MOSAIC_QA_OWNER_ID: ownerId };
}

function environmentFor(io: CliIo, { keepsSecrets }: RunOptions, variables: Readonly<Record<string, string>>): CliIo["env"] {
  const own: Record<string, string | undefined> = { ...io.env };
  if (!keepsSecrets) for (const name of Object.values(SECRET_VARIABLES)) delete own[name];
  return { ...own, ...variables };
}

/** What cannot be given back ends by itself; that is worth a word, not the command's result. */
async function releaseLoudly(io: CliIo, broker: BrokerClient, lease: Lease): Promise<void> {
  try {
    await giveBack(broker, lease);
  } catch (error) {
    const code = error instanceof QaError ? error.qaCode : "UNEXPECTED_ERROR";
    const text = `mosaic: the credential ${lease.credentialId} was not given back (${code}); its lease ends by itself.\n`;
    io.stderr.write(text);
  }
}
