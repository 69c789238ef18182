// What every new key of an agent is asked for: what it may do, and for how long.
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import {
  AGENT_SCOPES,
  ALL_AGENT_SCOPES,
  KEY_EXPIRES_IN_DAYS_MAX,
  LEAST_AGENT_SCOPES,
  OFFERED_AGENT_SCOPES,
} from "../../contracts/agents/facts.ts";

export const keyOptionsSchema = z.object({
  description: z.string().default(""),
  scope: z.array(z.enum(ALL_AGENT_SCOPES)),
  expiresInDays: z.number().optional(),
});

export const SCOPES_HELP = `Scopes of an agent's key (the least, and the default: ${LEAST_AGENT_SCOPES.join(" ")}):
${OFFERED_AGENT_SCOPES.map((scope) => `  ${scope.padEnd(16)} ${AGENT_SCOPES[scope]}`).join("\n")}`;

export function withKeyOptions(command: Command): Command {
  return command
    .addOption(
      new Option("-s, --scope <scope...>", "what the key may do")
        .choices(OFFERED_AGENT_SCOPES)
        .default([...LEAST_AGENT_SCOPES]),
    )
    .option("--expires-in-days <days>", "when the key ends (default: never)", days);
}

function days(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= KEY_EXPIRES_IN_DAYS_MAX) return value;
  throw new InvalidArgumentError(`Give whole days, 1 to ${KEY_EXPIRES_IN_DAYS_MAX}.`);
}
