// Who signs in with a password: by user name, or by what someone typed.
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { Database, GlobalTransaction } from "../core/database.ts";
import { lockUsername } from "../people/users.ts";

interface PasswordLoginRow {
  readonly userId: string;
  readonly name: string;
  readonly systemRole: SystemRole;
  readonly passwordHash: string;
  readonly kind: "breakglass" | "local";
  readonly deactivated: boolean;
}

export interface PasswordLogin extends PasswordLoginRow {
  readonly username: string;
}

/** By user name, whatever its case. Check the password also for nobody (see PasswordHasher.verify). */
export async function findPasswordLogin(database: Database, username: string): Promise<PasswordLogin | null> {
  const [row] = await database.call<PasswordLoginRow>("auth.password_login", [username]);
  return row === undefined ? null : { ...row, username };
}

/** By what someone typed to sign in: a user name, or else an e-mail address that is known to be theirs; see signInName. */
export async function findSignInLogin(database: Database, name: string): Promise<PasswordLogin | null> {
  const [row] = await database.call<PasswordLogin>("auth.sign_in_login", [name]);
  return row ?? null;
}

/** By user name; nobody changes the password before this transaction's commit. */
export async function holdPasswordLogin(tx: GlobalTransaction, username: string): Promise<PasswordLogin | null> {
  await lockUsername(tx, username);
  const [row] = await tx.sql<PasswordLoginRow>("SELECT * FROM auth.password_login($1)", [username]);
  return row === undefined ? null : { ...row, username };
}
