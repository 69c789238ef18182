// Reads secrets from files named by `<VARIABLE>_FILE`, as container engines mount them: an environment leaks more easily
// than a file.
import { readFileSync } from "node:fs";

const FROM_FILE = [
  "DATABASE_URL",
  "MOSAIC_SECRET_KEY",
  "MOSAIC_SETUP_TOKEN",
  "OPENCLAW_QA_CONVEX_SECRET_MAINTAINER",
  "OPENCLAW_QA_CONVEX_SECRET_CI",
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

export interface FileSettings {
  /** The values of the files in place of their names; empty variables are left out. */
  readonly environment: Environment;
  /** In words, without values. */
  readonly problems: readonly string[];
}

/** Reads each file once, at the start of a process. White space around a value does not count. */
export function withFileSettings(env: Environment): FileSettings {
  const environment = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const problems: string[] = [];
  for (const name of FROM_FILE) {
    const variable = `${name}_FILE`;
    const path = environment[variable];
    if (path === undefined) continue;
    delete environment[variable];
    if (environment[name] === undefined) {
      const text = readText(path);
      if (text === null) problems.push(`${variable}: The file cannot be read by this user.`);
      else if (text === "") problems.push(`${variable}: The file is empty.`);
      else environment[name] = text;
    } else {
      problems.push(`${variable}: ${name} is set as well; give one of the two.`);
    }
  }
  return { environment, problems };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null; // the caller says so
  }
}
