// Do PostgreSQL and Temporal answer, and is the root key the one that the data was made with?
import { connect } from "node:net";
import { FleetError } from "../../../contracts/core/errors.ts";
import { openDatabase } from "../../../db/core/database.ts";
import { CliError } from "../../terminal/cli-error.ts";
import type { CliIo } from "../../terminal/io.ts";
import { findInstallation, findTemporal, type HostInstallation } from "../installation.ts";
import { fail, ok, warn, type Check, type Finding } from "./check.ts";

const CONNECT_TIMEOUT_MS = 3_000;
const DEFAULT_TEMPORAL_PORT = 7233;

export function serviceChecks(io: CliIo): readonly Check[] {
  return [
    { name: "postgres", run: () => postgres(io) },
    { name: "temporal", run: () => temporal(io) },
  ];
}

/** Logs in as the api does, which also proves root key, schema and rights. */
async function postgres(io: CliIo): Promise<Finding> {
  let installation: HostInstallation;
  try {
    installation = await findInstallation(io);
  } catch (error) {
    if (error instanceof CliError) return warn(error.message, error.facts.cure ?? "");
    throw error;
  }
  try {
    const { databaseUrl, rootKey } = installation;
    const db = await openDatabase({ url: databaseUrl, role: "api", rootKey, poolMax: 1 });
    await db.close();
    return ok(`answers at ${new URL(databaseUrl).host}, and MOSAIC_SECRET_KEY is correct`);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return fail(error.message, cureOf(error, installation));
  }
}

function cureOf(error: FleetError, { isEmbedded }: HostInstallation): string {
  if (error.code === "CONFIG_INVALID") return "Set MOSAIC_SECRET_KEY to the key that this installation was created with.";
  return isEmbedded
    ? "mosaic up starts it; its log is in the data directory, under logs."
    : "Check that the database is running and DATABASE_URL is correct.";
}

async function temporal(io: CliIo): Promise<Finding> {
  const place = await findTemporal(io);
  if (place === null) return warn("not started yet", "mosaic up");
  const { hostname, port } = new URL(`tcp://${place.address}`);
  if (await takesConnections(hostname, Number(port || DEFAULT_TEMPORAL_PORT))) return ok(`answers at ${place.address}`);
  const cure = place.isEmbedded ? "mosaic up starts it." : "Check that Temporal is running and TEMPORAL_ADDRESS is correct.";
  return fail(`${place.address} does not answer`, cure);
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ""), port, timeout: CONNECT_TIMEOUT_MS });
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
