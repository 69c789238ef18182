// The settings of `mosaic up`, from the environment; each has a default.
import { userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import { withFileSettings } from "../../adapters/process/file-settings.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { validationWords } from "../../contracts/core/validation-words.ts";
import { Secret } from "../../contracts/core/secret.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface UpSettings {
  readonly port: number;
  readonly internalPort: number;
  /** Where the public listener binds; 127.0.0.1 unless told. */
  readonly host: string;
  readonly dataDir: string;
  /** Downloaded and built things that every installation of this user shares. */
  readonly cacheDir: string;
  /** Null: the embedded default, which makes one. */
  readonly secretKey: Secret | null;
  /** Null: the embedded PostgreSQL. With the owner's credentials. */
  readonly databaseUrl: Secret | null;
  /** Null: the local development server. */
  readonly temporalAddress: string | null;
  readonly setupToken: Secret | null;
  /** All of it, for the processes that are started. */
  readonly environment: Environment;
}

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const secret = z.string().transform((text) => new Secret(text));

const schema = z
  .object({
    MOSAIC_PORT: port(4000),
    MOSAIC_INTERNAL_PORT: port(4001),
    MOSAIC_HOST: z.string().default("127.0.0.1"),
    MOSAIC_DATA_DIR: z.string().optional(),
    MOSAIC_SECRET_KEY: secret.optional(),
    MOSAIC_SETUP_TOKEN: z
      .string()
      .min(16, "Use at least 16 characters.")
      .transform((text) => new Secret(text))
      .optional(),
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/, error: "Give a URL that begins with postgresql://." })
      .transform((text) => new Secret(text))
      .optional(),
    TEMPORAL_ADDRESS: z.string().optional(),
    XDG_DATA_HOME: z.string().optional(),
    XDG_CACHE_HOME: z.string().optional(),
  })
  .refine((env) => env.DATABASE_URL === undefined || env.MOSAIC_SECRET_KEY !== undefined, {
    path: ["MOSAIC_SECRET_KEY"],
    error: "It is required when DATABASE_URL is set. Create one with: openssl rand -base64 48",
  })
  .refine((env) => env.MOSAIC_PORT !== env.MOSAIC_INTERNAL_PORT, {
    path: ["MOSAIC_INTERNAL_PORT"],
    error: "It must differ from MOSAIC_PORT.",
  });

/** @throws FleetError CONFIG_INVALID that names every problem at once, without values. */
export function readUpSettings(environment: Environment): UpSettings {
  // An empty variable means the same as none.
  const { environment: given, problems: ofFiles } = withFileSettings(environment);
  const parsed = schema.safeParse(given, { error: validationWords });
  if (!parsed.success || ofFiles.length > 0) {
    const issues = parsed.error?.issues ?? [];
    const problems = [...ofFiles, ...issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`)];
    throw new FleetError("CONFIG_INVALID", `Settings: ${problems.join(" ")}`);
  }
  const values = parsed.data;
  return {
    port: values.MOSAIC_PORT,
    internalPort: values.MOSAIC_INTERNAL_PORT,
    host: values.MOSAIC_HOST,
    dataDir: values.MOSAIC_DATA_DIR === undefined ? defaultDataDir(values.XDG_DATA_HOME) : resolve(values.MOSAIC_DATA_DIR),
    cacheDir: join(absolute(values.XDG_CACHE_HOME) ?? join(userInfo().homedir, ".cache"), "mosaic-fleet"),
    secretKey: values.MOSAIC_SECRET_KEY ?? null,
    databaseUrl: values.DATABASE_URL ?? null,
    temporalAddress: values.TEMPORAL_ADDRESS ?? null,
    setupToken: values.MOSAIC_SETUP_TOKEN ?? null,
    environment: given,
  };
}

/** Root's home is closed to all others, and PostgreSQL runs as a user of its own: root's data lies where services keep it. */
function defaultDataDir(xdgDataHome: string | undefined): string {
  const given = absolute(xdgDataHome);
  if (given !== null) return join(given, "mosaic-fleet");
  const { uid, homedir } = userInfo();
  return uid === 0 ? "/var/lib/mosaic-fleet" : join(homedir, ".local/share/mosaic-fleet");
}

/** By the XDG specification relative paths in these variables are ignored. */
function absolute(path: string | undefined): string | null {
  return path !== undefined && isAbsolute(path) ? path : null;
}
