// Creates an administrator straight in the database, for when nobody can sign in.
import { randomUUID } from "node:crypto";
import { createPasswordHasher } from "../../adapters/crypto/passwords.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { openDatabase, type Database, type GlobalTransaction, type TenantTransaction } from "../../db/core/database.ts";
import { findPasswordLogin } from "../../db/sign-in/password-logins.ts";
import { revokeAllApiKeys } from "../../db/keys/api-keys.ts";
import { appendAudit } from "../../db/audit/audit.ts";
import { claimFirstAdmin, onboardingStatus } from "../../db/installation/onboarding.ts";
import { insertBreakglassUser, resetPassword } from "../../db/people/users.ts";
import type { CliIo } from "../terminal/io.ts";
import { findInstallation } from "./installation.ts";

export interface BreakglassInput {
  readonly io: CliIo;
  readonly username: string;
  readonly password: Secret;
  /** True: the user exists, and gets a new password. */
  readonly reset: boolean;
  /** With `reset`: also void all keys of the user. */
  readonly revokeKeys: boolean;
}

export interface BreakglassResult {
  readonly userId: string | null;
  readonly keysRevoked: number;
}

/** Logs in as the api's role: it may do exactly this, and row-level security stays in force. */
export async function createBreakglass(input: BreakglassInput): Promise<BreakglassResult> {
  const { databaseUrl, rootKey } = await findInstallation(input.io);
  const db = await openDatabase({ url: databaseUrl, role: "api", rootKey, poolMax: 1 });
  try {
    const id = input.reset ? await idOf(db, input.username) : randomUUID();
    const passwordHash = await createPasswordHasher(db.keyring).hash(input.password, id);
    return await db.asTenant(humanTenant(id), (tx) => write(tx, { ...input, id, passwordHash }));
  } finally {
    await db.close();
  }
}

async function write(
  tx: TenantTransaction,
  change: BreakglassInput & { readonly id: string; readonly passwordHash: string },
): Promise<BreakglassResult> {
  const { id, username, passwordHash, reset } = change;
  if (reset) await resetPassword(tx, { username, passwordHash });
  else await insertAdmin(tx, { id, username, passwordHash });
  const keysRevoked = reset && change.revokeKeys ? await revokeAllApiKeys(tx) : 0;
  const userId = reset ? null : id;
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
    detail: { keysRevoked },
  });
  return { userId, keysRevoked };
}

async function insertAdmin(
  tx: GlobalTransaction,
  admin: { readonly id: string; readonly username: string; readonly passwordHash: string },
): Promise<void> {
  const { adminCreated } = await onboardingStatus(tx);
  if (adminCreated) await insertBreakglassUser(tx, { ...admin, systemRole: "admin" });
  else await claimFirstAdmin(tx, admin);
}

/** @throws FleetError NOT_FOUND */
async function idOf(db: Database, username: string): Promise<string> {
  const login = await findPasswordLogin(db, username);
  if (login !== null) return login.userId;
  throw new FleetError("NOT_FOUND", `There is no user ${username} with a password. Omit --reset to create one.`);
}
