// How a process reads its settings: what api and worker have in common, and one report of all problems.
import { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import { validationWords } from "../../contracts/core/validation-words.ts";
import { withFileSettings } from "./file-settings.ts";
import { LOG_LEVELS } from "./logger.ts";
import { parseRootKey, type RootKey } from "../crypto/root-key.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that every service of the product reads. */
export const COMMON_SETTINGS = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "Give a URL that begins with postgresql://." }),
  MOSAIC_SECRET_KEY: z.string({ error: "Give a random text of at least 32 bytes." }).transform(toRootKey),
  MOSAIC_LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
} as const;

/**
 * Reads the environment by a schema; secrets may come from files. An empty variable means the same as none: compose files
 * pass unset ones on as empty.
 * @throws FleetError CONFIG_INVALID that names every problem at once; it repeats no value.
 */
export function readSettings<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.output<Schema> {
  const { environment, problems: ofFiles } = withFileSettings(env);
  const result = schema.safeParse(environment, { error: validationWords });
  if (result.success && ofFiles.length === 0) return result.data;
  const issues = result.error?.issues.filter(
    (issue) => !ofFiles.some((text) => text.startsWith(`${issue.path.join(".")}_FILE:`)),
  );
  const problems = [...ofFiles, ...(issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`)];
  throw new FleetError("CONFIG_INVALID", `The settings are not complete. ${problems.join(" ")}`, { details: { problems } });
}

/** The TEMPORAL_* variables, for the client's own reader. */
export function temporalVariables(env: Environment): Environment {
  return Object.fromEntries(Object.entries(withoutEmpty(env)).filter(([name]) => name.startsWith("TEMPORAL_")));
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}

function toRootKey(text: string, ctx: z.RefinementCtx): RootKey {
  try {
    return parseRootKey(text);
  } catch (error) {
    ctx.addIssue({ code: "custom", message: error instanceof FleetError ? error.message : "The key cannot be used." });
    return z.NEVER;
  }
}
