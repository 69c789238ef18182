// The command line of `npm test`.
import { z } from "zod";
import { hasChanged } from "./jest-run.ts";
import { KINDS, type Kind, type Part } from "./kinds.ts";

const CHANGED = "--changed";
const DEFAULT_BASE = "main";

export interface TestOptions {
  readonly parts: readonly Part[];
  /** Only tests that depend on files changed since this commit; null: all. */
  readonly changedSince: string | null;
}

/** @throws Error for an unknown argument, CommandError for an unknown commit */
export async function readTestOptions(args: readonly string[], signal: AbortSignal): Promise<TestOptions> {
  const { kinds, changedSince } = parseTestArguments(args);
  const isWhole = kinds === null && changedSince === null;
  if (changedSince === null) return { parts: isWhole ? ["checks", ...KINDS] : (kinds ?? KINDS), changedSince };
  const parts: Part[] = [];
  // Before anything is prepared: with nothing to run, no machine is needed.
  for (const kind of kinds ?? KINDS) if (await hasChanged(kind, changedSince, signal)) parts.push(kind);
  return { parts, changedSince };
}

export function parseTestArguments(args: readonly string[]): { kinds: readonly Kind[] | null; changedSince: string | null } {
  let kinds: readonly Kind[] | null = null;
  let changedSince: string | null = null;
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? "";
    if (argument === "--only") kinds = [z.enum(KINDS).parse(args[(at += 1)])];
    else if (argument === CHANGED) changedSince = DEFAULT_BASE;
    else if (argument.startsWith(`${CHANGED}=`)) changedSince = argument.slice(CHANGED.length + 1);
    else throw new Error(`Unknown argument ${argument}. There are --only <kind>, ${CHANGED} and ${CHANGED}=<commit>.`);
  }
  return { kinds, changedSince };
}
