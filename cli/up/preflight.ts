// What a start looks at before it does anything that takes minutes.
import { statfs } from "node:fs/promises";
import { FleetError } from "../../contracts/core/errors.ts";
import { assertFree } from "./ports.ts";
import type { UpSettings } from "./settings.ts";

const MB = 1_000_000;
/** Less than this, and PostgreSQL ends in the middle of its work. */
const LEAST_FREE_BYTES = 300 * MB;

/** @throws FleetError CONFIG_INVALID in one line */
export async function preflight({ host, port, dataDir }: Pick<UpSettings, "host" | "port" | "dataDir">): Promise<void> {
  await assertFree(port, host).catch((error: NodeJS.ErrnoException) => {
    throw new FleetError("CONFIG_INVALID", portProblem(error, { host, port }), { cause: error });
  });
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    const free = Math.floor((bavail * bsize) / MB);
    const message = `The disk of ${dataDir} is full: ${free} MB are free, and at least ${LEAST_FREE_BYTES / MB} MB are needed.`;
    throw new FleetError("CONFIG_INVALID", `${message} Free some space, or set MOSAIC_DATA_DIR to another disk.`);
  }
}

function portProblem({ code, message }: NodeJS.ErrnoException, { host, port }: Pick<UpSettings, "host" | "port">): string {
  switch (code) {
    case "EADDRINUSE":
      return `Another program listens on ${host}, port ${port}. Set MOSAIC_PORT to another port.`;
    case "EACCES":
      return `You do not have permission to listen on port ${port}. Set MOSAIC_PORT to one above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `This machine does not have the address ${host}. Set MOSAIC_HOST to one of its addresses.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${message}`;
  }
}
