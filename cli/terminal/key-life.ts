// `--expires-in-days` of commands that create keys.
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { KEY_LIFE_DEFAULT_DAYS } from "../../contracts/keys/facts.ts";

const DAY_MS = 24 * 60 * 60_000;
const DAYS_MAX = 3650;

/** `never`, or a number of days. */
export const keyLifeSchema = z.union([z.literal("never"), z.number()]).optional();

export function withKeyLife(command: Command): Command {
  const about = `when it ends, or never (default: ${KEY_LIFE_DEFAULT_DAYS})`;
  return command.option("--expires-in-days <days>", about, parseLife);
}

/** Null: it does not expire. */
export function expiryOf(life: z.output<typeof keyLifeSchema>): string | null {
  return life === "never" ? null : new Date(Date.now() + (life ?? KEY_LIFE_DEFAULT_DAYS) * DAY_MS).toISOString();
}

function parseLife(text: string): number | "never" {
  if (text === "never") return text;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= DAYS_MAX) return value;
  throw new InvalidArgumentError(`Enter whole days, 1 to ${DAYS_MAX}, or never.`);
}
