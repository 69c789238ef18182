// `mosaic status`: what the owner's agent container is doing, and why.
import type { Command } from "commander";
import {
  containerViewSchema,
  type ContainerCause,
  type ContainerStatus,
  type ContainerView,
} from "../../contracts/containers/agent-container.ts";
import { describeReason } from "../../contracts/containers/reason-words.ts";
import { describeIntent, type IntentKind } from "../../contracts/containers/container-intents.ts";
import type { CliIo } from "../terminal/io.ts";
import { facts, localTime, painter, printable, table, type Style } from "../terminal/printing.ts";
import { contextOf, keyClient, print } from "../http/command-context.ts";

const TIMELINE_ROWS = 10;
const STYLE_OF_STATUS: Readonly<Record<ContainerStatus, Style>> = {
  running: "green",
  starting: "yellow",
  stopped: "dim",
  error: "red",
};

const EXAMPLES = `
Examples:
  mosaic status
  mosaic status --json | jq -r .phase`;

export function addStatusCommand(program: Command, io: CliIo): void {
  program
    .command("status")
    .description("show your agent container: status, reason and latest events (scope container:read)")
    .addHelpText("after", EXAMPLES)
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(io, command);
      const api = await keyClient(context);
      const view = await api.call({ method: "GET", path: "/api/me/agent" }, containerViewSchema);
      print(context, view, () => describe(io, view));
    });
}

function describe(io: CliIo, view: ContainerView): string {
  const paint = painter(io, io.stdout);
  const waiting = view.appliedRevision !== null && view.appliedRevision < view.configRevision;
  const summary = facts([
    ["Status", `${view.status} (${view.phase})`],
    ["Reason", askedFor(view) ?? wordsOf(view.reason)],
    ["Container", view.name],
    ["Started", when(view.startedAt)],
    ["Last active", when(view.lastActivityAt)],
    ["Sleeps at", when(view.sleepsAt)],
    ["Host", view.host],
    ["Image", view.image],
    [
      "Settings",
      waiting ? `revision ${view.appliedRevision} applied, ${view.configRevision} pending` : `revision ${view.configRevision}`,
    ],
  ]);
  const coloured = summary.replace(view.status, paint(STYLE_OF_STATUS[view.status], view.status));
  return coloured + logLines(view) + timeline(view);
}

const ASKED: ReadonlyMap<ContainerCause, IntentKind> = new Map([
  ["restart_requested", "restart"],
  ["stop_requested", "stop"],
]);
const OUTCOMES: ReadonlySet<ContainerCause> = new Set(["started", "stopped", "gave_up"]);

/** Who put it into its state, where someone did: “Stopped by Ana: “New image.””. */
function askedFor({ phase, timeline: events }: ContainerView): string | null {
  const [newest] = newestFirst(events).filter(({ cause }) => !OUTCOMES.has(cause));
  const kind = newest === undefined ? undefined : ASKED.get(newest.cause);
  if (newest === undefined || kind === undefined || (kind === "restart" && phase === "ready")) return null;
  return describeIntent(kind, { by: newest.actor, byName: newest.actorName, reason: newest.reason });
}

function wordsOf(reason: ContainerView["reason"]): string {
  return reason === null ? "" : describeReason(reason);
}

function newestFirst(events: ContainerView["timeline"]): ContainerView["timeline"] {
  return events.toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

function logLines({ lastLogLines }: ContainerView): string {
  if (lastLogLines.length === 0) return "";
  return `\nThe last lines it printed:\n${lastLogLines.map((line) => `  ${printable(line)}\n`).join("")}`;
}

function timeline({ timeline: events }: ContainerView): string {
  if (events.length === 0) return "\nNothing has happened yet. `mosaic chat` starts your agent.\n";
  const rows = newestFirst(events)
    .slice(0, TIMELINE_ROWS)
    .map(({ at, cause, phase, actorName, reason }) => [localTime(at), cause, phase, actorName ?? "", wordsOf(reason)]);
  return `\n${table([["WHEN", "CAUSE", "PHASE", "BY", "REASON"], ...rows])}`;
}

function when(instant: string | null): string | null {
  return instant === null ? null : localTime(instant);
}
