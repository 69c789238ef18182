// The file in which a lease waits between `acquire`, `heartbeat` and `release`: its token is in no argument and no output.
import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { BROKER_ROLES } from "../../contracts/leases/credential-lease.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { Lease } from "./lease.ts";
import { writePrivately } from "./payload-hand-over.ts";
import { QaError } from "./qa-error.ts";

const leaseFileSchema = z.object({
  kind: z.string(),
  ownerId: z.string(),
  actorRole: z.enum(BROKER_ROLES),
  credentialId: z.string(),
  leaseToken: z.string().transform((token) => new Secret(token)),
  leaseTtlMs: z.number().int(),
  heartbeatIntervalMs: z.number().int(),
  askedAtMs: z.number(),
  expiresAtMs: z
    .number()
    .nullable()
    .transform((ms) => ms ?? undefined),
  /** Removed together with this file. */
  payloadFile: z.string().nullable(),
});
export type LeaseFile = z.output<typeof leaseFileSchema>;

/** Mode 600. @throws QaError INVALID_ARGUMENT when it exists. */
export async function saveLease(path: string, lease: Lease, payloadFile: string | undefined): Promise<void> {
  const { leaseToken, expiresAtMs = null, ...facts } = lease;
  const document = { ...facts, leaseToken: leaseToken.reveal(), expiresAtMs, payloadFile: payloadFile ?? null };
  await writePrivately(path, `${JSON.stringify(document)}\n`);
}

/** @throws QaError INVALID_ARGUMENT that repeats nothing of the file. */
export async function loadLease(path: string): Promise<LeaseFile> {
  try {
    return leaseFileSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    throw new QaError("INVALID_ARGUMENT", `${path} is not a file that \`acquire\` wrote.`);
  }
}

export async function forgetLease(path: string, { payloadFile }: Pick<LeaseFile, "payloadFile">): Promise<void> {
  if (payloadFile !== null) await rm(payloadFile, { force: true });
  await rm(path, { force: true });
}
