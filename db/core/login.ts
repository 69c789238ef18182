// The Postgres logins of the services: their names and passwords follow from the database's name and the root key.
import type { RootKey } from "../../adapters/crypto/root-key.ts";
import { FleetError } from "../../contracts/core/errors.ts";

export type DatabaseRole = "api" | "worker" | "fleet";

/** Longer identifiers are cut by Postgres in silence. */
const IDENTIFIER_MAX_BYTES = 63;

export const SERVICE_ROLES = ["api", "worker", "fleet"] as const satisfies readonly DatabaseRole[];

export interface Login {
  readonly name: string;
  readonly password: string;
}

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly ssl: boolean | { readonly rejectUnauthorized: boolean };
}

export function serviceLogin(rootKey: RootKey, database: string, role: DatabaseRole): Login {
  // Not `<database>_<role>`: for a database called `mosaic` that would be the name of a group role.
  const name = `${database}_${role}_login`;
  if (Buffer.byteLength(name) > IDENTIFIER_MAX_BYTES) {
    throw new FleetError("CONFIG_INVALID", "The database's name in DATABASE_URL is too long: use at most 50 bytes.");
  }
  return { name, password: rootKey.derive(`pg/${name}`).toString("base64url") };
}

/** DATABASE_URL as it stands: the owner's, for migrations alone. @throws FleetError CONFIG_INVALID */
export function ownerConnection(url: string): Connection {
  const place = parseDatabaseUrl(url);
  const { username, password } = new URL(url);
  return { ...place, user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Takes the place from DATABASE_URL and the credentials from the root key. */
export function serviceConnection(url: string, rootKey: RootKey, role: DatabaseRole): Connection {
  const parsed = parseDatabaseUrl(url);
  const login = serviceLogin(rootKey, parsed.database, role);
  return { ...parsed, user: login.name, password: login.password };
}

/** @throws FleetError CONFIG_INVALID; the message does not repeat the address, which holds a password. */
function parseDatabaseUrl(text: string): Omit<Connection, "user" | "password"> {
  const url = URL.parse(text);
  const database = decodeURIComponent(url?.pathname.slice(1) ?? "");
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === "" || database === "") {
    throw new FleetError("CONFIG_INVALID", "DATABASE_URL is not of the form postgres://user:password@host:port/database.");
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 5432), database, ssl: sslOf(url) };
}

function sslOf(url: URL): Connection["ssl"] {
  const mode = url.searchParams.get("sslmode") ?? "disable";
  if (mode === "disable" || mode === "allow" || mode === "prefer") return false;
  return { rejectUnauthorized: mode !== "require" && mode !== "no-verify" };
}
