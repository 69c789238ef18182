// Creates an administrator straight in the database, for when nobody can sign in.
import { createPasswordHasher } from "../../adapters/passwords.ts";
import { FleetError } from "../../contracts/errors.ts";
import type { Secret } from "../../contracts/secret.ts";
import { openDatabase, type GlobalTransaction } from "../../db/database.ts";
import { appendAudit } from "../../db/repositories/audit.ts";
import { claimFirstAdmin, onboardingStatus } from "../../db/repositories/onboarding.ts";
import { insertBreakglassUser, resetPassword } from "../../db/repositories/users.ts";
import type { CliIo } from "../terminal/io.ts";
import { findInstallation } from "./installation.ts";

export interface BreakglassInput {
  readonly io: CliIo;
  readonly username: string;
  readonly password: Secret;
  /** True: the user exists, and gets a new password. */
  readonly reset: boolean;
}

/** Logs in as the api's role: it may do exactly this, and row-level security stays in force. */
export async function createBreakglass(input: BreakglassInput): Promise<{ userId: string | null }> {
  const { databaseUrl, rootKey } = await findInstallation(input.io);
  const db = await openDatabase({ url: databaseUrl, role: "api", rootKey, poolMax: 1 });
  try {
    const passwordHash = await createPasswordHasher(db.keyring).hash(input.password);
    return await db.globally((tx) => write(tx, { ...input, passwordHash }));
  } finally {
    await db.close();
  }
}

async function write(
  tx: GlobalTransaction,
  change: BreakglassInput & { readonly passwordHash: string },
): Promise<{ userId: string | null }> {
  const { username, passwordHash, reset } = change;
  const userId = reset ? await giveNewPassword(tx, username, passwordHash) : await insertAdmin(tx, { username, passwordHash });
  await appendAudit(tx, {
    actorKind: "system",
    actorId: null,
    actorName: "mosaic admin",
    action: reset ? "breakglass.reset" : "breakglass.create",
    targetKind: "user",
    targetId: userId ?? username,
    outcome: "success",
    remoteAddress: null,
    requestId: null,
  });
  return { userId };
}

async function insertAdmin(tx: GlobalTransaction, admin: { username: string; passwordHash: string }): Promise<string> {
  const { adminCreated } = await onboardingStatus(tx);
  if (!adminCreated) return (await claimFirstAdmin(tx, admin)).id;
  return (await insertBreakglassUser(tx, { ...admin, systemRole: "admin" })).id;
}

async function giveNewPassword(tx: GlobalTransaction, username: string, passwordHash: string): Promise<null> {
  try {
    await resetPassword(tx, { username, passwordHash });
    return null;
  } catch (error) {
    if (!(error instanceof FleetError) || error.code !== "NOT_FOUND") throw error;
    throw new FleetError("NOT_FOUND", `There is no user ${username} with a password. Leave --reset away to create one.`);
  }
}
