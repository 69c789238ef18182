// Reasons of containers were stored as English sentences. They become codes with values, worded where they are shown.
import { Migration } from "@mikro-orm/migrations";

/** What release 0.1.0 and those before stored. */
const SENTENCES: Readonly<Record<string, string>> = {
  "Woken by a message.": "woken",
  "Always on.": "always_on",
  "Creating the container.": "creating",
  "OpenClaw is starting.": "booting",
  "Ready.": "ready",
  "OpenClaw is ready.": "ready",
  "Idle: no activity.": "idle",
  idle: "idle",
  "The configuration changed.": "config_changed",
  "Deleting the agent and its memory.": "deleting",
  "Not deleted: the memory is newer than the request. Request the deletion again if it is still wanted.": "memory_newer",
  "The container was missing. The next chat starts it again.": "missing",
  "A container that nobody wanted any more is removed.": "orphan_removed",
  "Too many failures in a row. The next message tries again.": "gave_up",
  "It was removed from outside.": "removed_outside",
  "It was removed while it started.": "removed_at_start",
  "The container was removed while it was being started.": "removed_before_ready",
  "It was paused from outside.": "paused_outside",
  "Its record was changed from outside.": "record_changed",
  "It no longer answers.": "silent",
  "It needed more memory than it may use.": "out_of_memory",
  "It never became ready.": "never_ready",
  "It took too long.": "took_too_long",
  "Another start was made meanwhile.": "superseded",
  "The container engine does not answer. Check that Docker is running.": "engine_silent",
  "The agents' network disappeared right after it was created.": "network_vanished",
  "No free private subnet is left for the agents' network. Remove unused Docker networks.": "no_free_subnet",
  "Its configuration was refused (exit code 78).": "config_refused",
  "It could not reach the control plane (exit code 69).": "control_plane_unreachable",
  "Agents cannot start because their isolation from this network has not been proven. Administrators find the reason under System.":
    "isolation_unproven",
  "Something unexpected happened.": "unexpected",
  "Something unexpected happened; the worker's log knows more.": "unexpected_logged",
};

interface Pattern {
  readonly code: string;
  readonly value: string;
  /** Its group is the value. */
  readonly pattern: string;
  readonly isNumber: boolean;
}

const PATTERNS: readonly Pattern[] = [
  { code: "exited", value: "exitCode", pattern: "^It ended with exit code ([0-9]+|unknown)[.]$", isNumber: true },
  {
    code: "exited_at_start",
    value: "exitCode",
    pattern: "^It ended while it started, with exit code ([0-9]+|unknown)[.]$",
    isNumber: true,
  },
  { code: "not_ready_in_time", value: "seconds", pattern: "^It was not ready within ([0-9]+) s[.]$", isNumber: true },
  {
    code: "engine_refused",
    value: "status",
    pattern: "^The container engine refused a call with status ([0-9]+)[.] Its own log tells why[.]$",
    isNumber: true,
  },
  {
    code: "image_missing",
    value: "image",
    pattern: "^The agent image (.+) is not in the container engine[.] Build it, or set MOSAIC_AGENT_IMAGE[.]$",
    isNumber: false,
  },
  {
    code: "name_taken",
    value: "name",
    pattern: "^A container named (.+) exists that this installation did not make[.] Remove or rename it[.]$",
    isNumber: false,
  },
  {
    code: "volume_taken",
    value: "name",
    pattern: "^A volume named (.+) exists that is not this agent's[.]$",
    isNumber: false,
  },
  {
    code: "network_taken",
    value: "name",
    pattern: "^A Docker network named (.+) exists that this installation did not create[.] Remove or rename it[.]$",
    isNumber: false,
  },
];

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const withText = (code: string, text: string): string =>
  `jsonb_build_object('code', ${code}, 'values', jsonb_build_object('text', ${text}))`;
const withNothing = (code: string): string => `jsonb_build_object('code', ${quoted(code)}, 'values', '{}'::jsonb)`;

function ofPattern({ code, value, pattern, isNumber }: Pattern): string {
  const found = `substring(reason FROM ${quoted(pattern)})`;
  const read = isNumber ? `CASE WHEN ${found} = 'unknown' THEN NULL ELSE ${found}::bigint END` : found;
  return `WHEN reason ~ ${quoted(pattern)}
          THEN jsonb_build_object('code', ${quoted(code)}, 'values', jsonb_build_object(${quoted(value)}, ${read}))`;
}

/** `isGiven`: whether a person wrote it. `otherwise`: the code of a sentence that nobody knows. */
function codeOf({ isGiven, otherwise }: { readonly isGiven: string; readonly otherwise: string }): string {
  const deactivated = "The account was deactivated: ";
  return `CASE
    WHEN reason = '' THEN NULL
    WHEN reason = 'This system agent was switched off.' THEN ${withNothing("agent_disabled")}
    WHEN reason = 'This system agent was removed.' THEN ${withNothing("agent_removed")}
    WHEN starts_with(reason, ${quoted(deactivated)})
      THEN ${withText("'account_deactivated'", `substr(reason, ${deactivated.length + 1})`)}
    WHEN ${isGiven} THEN ${withText("'given'", "reason")}
    ${Object.entries(SENTENCES)
      .map(([sentence, code]) => `WHEN reason = ${quoted(sentence)} THEN ${withNothing(code)}`)
      .join("\n    ")}
    ${PATTERNS.map(ofPattern).join("\n    ")}
    ELSE ${withText(otherwise, "reason")} END`;
}

const TABLES: Readonly<Record<string, Parameters<typeof codeOf>[0]>> = {
  // While it stops, the reason is what a person wrote, unless it is one of ours.
  agent_containers: {
    isGiven: "false",
    otherwise: "CASE WHEN phase IN ('stopping', 'asleep', 'restarting') THEN 'given' ELSE 'other' END",
  },
  container_events: { isGiven: "cause IN ('restart_requested', 'stop_requested', 'retired')", otherwise: "'other'" },
  container_intents: { isGiven: "true", otherwise: "'given'" },
};

export const STORE_REASONS_AS_CODES: readonly string[] = Object.entries(TABLES).flatMap(([table, rule]) => [
  `ALTER TABLE mosaic.${table} ALTER COLUMN reason DROP DEFAULT, ALTER COLUMN reason DROP NOT NULL`,
  `ALTER TABLE mosaic.${table} ALTER COLUMN reason TYPE jsonb USING ${codeOf(rule)}`,
  `ALTER TABLE mosaic.${table} ADD CONSTRAINT ${table}_reason_check
     CHECK (coalesce(jsonb_typeof(reason -> 'code') = 'string' AND jsonb_typeof(reason -> 'values') = 'object',
                     reason IS NULL))`,
]);

export class StoreReasonsAsCodes extends Migration {
  override up(): void {
    for (const statement of STORE_REASONS_AS_CODES) this.addSql(statement);
  }
}
