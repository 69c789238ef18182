// Errors of Postgres without statement, parameters or row contents, which may contain what must not be logged.
import { types } from "node:util";
import { FleetError } from "../../contracts/core/errors.ts";

const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";
/** Class 08: connection exceptions; 57P01–57P03: shut down, crashed, starting up; 53300: too many connections. */
const UNAVAILABLE_STATES = /^(?:08...|57P0[1235]|53300)$/;
const UNAVAILABLE_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EPIPE",
  "ENOENT",
  "EHOSTUNREACH",
]);
/** node-postgres gives these cases no code. */
const UNAVAILABLE_MESSAGES =
  /^(?:timeout exceeded when trying to connect|query read timeout|connection terminated|client has encountered a connection error|client was closed)/i;
const RETRY_AFTER_SECONDS = 2;

/** A statement that Postgres refused. */
export class DatabaseError extends Error {
  /** The five characters of SQLSTATE. */
  readonly sqlState: string;
  readonly constraint: string | undefined;

  constructor(sqlState: string, message: string, constraint: string | undefined) {
    super(message);
    this.name = "DatabaseError";
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlState === UNIQUE_VIOLATION;
}

export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlState === FOREIGN_KEY_VIOLATION;
}

/** Turns what pg or the ORM threw into FleetError DATABASE_UNAVAILABLE or DatabaseError; leaves everything else alone. */
export function toDatabaseError(error: unknown): unknown {
  // Not instanceof: errors of Node's own modules belong to another realm under a test runner.
  if (!types.isNativeError(error) || error instanceof FleetError || error instanceof DatabaseError) return error;
  const code = textOf(error, "code");
  if (UNAVAILABLE_STATES.test(code) || UNAVAILABLE_CODES.has(code) || UNAVAILABLE_MESSAGES.test(error.message)) {
    return databaseUnavailable(code === "" ? error.message : code);
  }
  if (!/^[0-9A-Z]{5}$/.test(code)) return error;
  return new DatabaseError(code, firstLine(error), textOf(error, "constraint") || undefined);
}

/** `detail` goes to the log alone. */
export function databaseUnavailable(detail: string): FleetError {
  return new FleetError("DATABASE_UNAVAILABLE", "The database does not answer. Try again in a moment.", {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause: new Error(detail),
  });
}

/** The ORM puts the whole statement with its values before the message of Postgres; that part is dropped. */
function firstLine(error: Error): string {
  const cause = types.isNativeError(error.cause) ? error.cause.message : error.message;
  const [line = ""] = cause.split("\n");
  return line.slice(line.lastIndexOf(" - ") + 1).trim();
}

function textOf(error: Error, field: string): string {
  const value: unknown = Reflect.get(error, field);
  return typeof value === "string" ? value : "";
}
