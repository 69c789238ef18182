// Finds the installation of this machine without changing it: from the environment, else from its data directory.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseRootKey, type RootKey } from "../../adapters/crypto/root-key.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { DATABASE } from "../up/services.ts";
import { readUpSettings, type UpSettings } from "../up/settings.ts";
import { CliError } from "../terminal/cli-error.ts";
import { EXIT } from "../terminal/exit-codes.ts";
import type { CliIo } from "../terminal/io.ts";

/** What `mosaic up` writes into its data directory, as far as it is looked at here. */
export const SECRET_FILES = ["secret.key", "demo.json", "demo-model.json"] as const;
const portsSchema = z.object({ postgres: z.number().int(), temporal: z.number().int() }).partial();

export interface HostInstallation {
  readonly databaseUrl: string;
  readonly rootKey: RootKey;
  /** It is the PostgreSQL that `mosaic up` runs. */
  readonly isEmbedded: boolean;
}

/** @throws FleetError CONFIG_INVALID for wrong settings; CliError when there is no installation to be found. */
export async function findInstallation({ env }: CliIo): Promise<HostInstallation> {
  const settings = readUpSettings(env);
  const { databaseUrl: given, dataDir, secretKey } = settings;
  const keyText = secretKey?.reveal() ?? (await readText(join(dataDir, "secret.key")));
  const databaseUrl = given?.reveal() ?? (await embeddedUrl(settings));
  if (keyText !== null && databaseUrl !== null) {
    return { databaseUrl, rootKey: parseRootKey(keyText), isEmbedded: given === null };
  }
  const cure = "mosaic up; or set MOSAIC_DATA_DIR, or DATABASE_URL and MOSAIC_SECRET_KEY, to those of your installation.";
  throw new CliError(`There is no installation in ${dataDir}.`, { exitCode: EXIT.configuration, cure });
}

export interface TemporalPlace {
  readonly address: string;
  readonly isEmbedded: boolean;
}

/** Null before the first start. */
export async function findTemporal({ env }: CliIo): Promise<TemporalPlace | null> {
  const settings = readUpSettings(env);
  if (settings.temporalAddress !== null) return { address: settings.temporalAddress, isEmbedded: false };
  const { temporal } = await readPorts(settings);
  return temporal === undefined ? null : { address: `127.0.0.1:${temporal}`, isEmbedded: true };
}

async function embeddedUrl(settings: UpSettings): Promise<string | null> {
  const { postgres } = await readPorts(settings);
  return postgres === undefined ? null : `postgresql://127.0.0.1:${postgres}/${DATABASE}`;
}

async function readPorts({ dataDir }: UpSettings): Promise<z.infer<typeof portsSchema>> {
  const text = await readText(join(dataDir, "ports.json"));
  return text === null ? {} : portsSchema.parse(JSON.parse(text));
}

/** Null when it is not there. @throws FleetError when it is there and closed to this user. */
async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { data } = z.object({ code: z.string() }).safeParse(error);
    if (data?.code === "ENOENT" || data?.code === "ENOTDIR") return null;
    throw new FleetError("CONFIG_INVALID", `${path} cannot be read. Run this as the user who runs the installation.`, {
      cause: error,
    });
  }
}
