// How a command gets the payload: in a file that only its user can read, or in its environment; never in arguments.
import { rmSync } from "node:fs";
import { chmod, mkdtemp, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Secret } from "../../contracts/core/secret.ts";
import { QaError } from "./qa-error.ts";

/** Linux takes no longer string of the environment (MAX_ARG_STRLEN). */
const VARIABLE_MAX_BYTES = 128 * 1024 - 1;

export interface HandOver {
  readonly variables: Readonly<Record<string, string>>;
  /** Removes the file. Synchronous, so that the end of the process can wait for it. */
  remove(): void;
}

/** One field of the payload for one variable. */
export interface FieldVariable {
  readonly name: string;
  readonly field: string;
}

export interface HandOverOptions {
  readonly via: "file" | "env";
  readonly fields: readonly FieldVariable[];
  /** Of the runner, which empties it after the job; otherwise the system's. */
  readonly folder: string | undefined;
}

/** @throws QaError INVALID_ARGUMENT when the payload has no such field or is too long for a variable. */
export async function handOver(payload: Secret, options: HandOverOptions): Promise<HandOver> {
  const fields = fieldsOf(payload, options.fields);
  if (options.via === "env") {
    return { variables: { ...fields, MOSAIC_QA_PAYLOAD: fitting("MOSAIC_QA_PAYLOAD", payload.reveal()) }, remove: () => {} };
  }
  const folder = await mkdtemp(join(options.folder || tmpdir(), "mosaic-qa-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o700);
    const path = join(folder, "payload.json");
    await writePrivately(path, payload.reveal());
    return { variables: { ...fields, MOSAIC_QA_PAYLOAD_FILE: path }, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Mode 600 from the first moment on; a file that exists is not touched. @throws QaError INVALID_ARGUMENT */
export async function writePrivately(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new QaError("INVALID_ARGUMENT", exists ? `${path} already exists.` : `${path} cannot be written.`);
  });
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

function fieldsOf(payload: Secret, fields: readonly FieldVariable[]): Record<string, string> {
  if (fields.length === 0) return {};
  const values: unknown = JSON.parse(payload.reveal());
  return Object.fromEntries(
    fields.map(({ name, field }) => {
      const value = isRecord(values) ? values[field] : undefined;
      if (value === undefined || value === null) {
        throw new QaError("INVALID_ARGUMENT", `The payload has no field ${field} for ${name}.`);
      }
      return [name, fitting(name, typeof value === "string" ? value : JSON.stringify(value))];
    }),
  );
}

function fitting(name: string, text: string): string {
  if (Buffer.byteLength(`${name}=${text}`) <= VARIABLE_MAX_BYTES) return text;
  throw new QaError("INVALID_ARGUMENT", `The payload is too long for the variable ${name}: use a file.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
