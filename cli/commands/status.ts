// `mosaic status`: what one's own agent container is doing, and why.
import type { Command } from "commander";
import { containerViewSchema, type ContainerStatus, type ContainerView } from "../../contracts/agent-container.ts";
import type { CliIo } from "../terminal/io.ts";
import { facts, painter, printable, table, type Style } from "../terminal/printing.ts";
import { contextOf, keyClient, print } from "./command-context.ts";

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
    .description("show your own agent container: status, reason, and what happened last (scope container:read)")
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
    ["Reason", view.reason],
    ["Started", when(view.startedAt)],
    ["Last active", when(view.lastActivityAt)],
    ["Sleeps at", when(view.sleepsAt)],
    ["Host", view.host],
    ["Image", view.image],
    [
      "Settings",
      waiting ? `revision ${view.appliedRevision} applied, ${view.configRevision} wished` : `revision ${view.configRevision}`,
    ],
  ]);
  const coloured = summary.replace(view.status, paint(STYLE_OF_STATUS[view.status], view.status));
  return coloured + logLines(view) + timeline(view);
}

function logLines({ lastLogLines }: ContainerView): string {
  if (lastLogLines.length === 0) return "";
  return `\nThe last lines it printed:\n${lastLogLines.map((line) => `  ${printable(line)}\n`).join("")}`;
}

function timeline({ timeline: events }: ContainerView): string {
  if (events.length === 0) return "\nNothing has happened yet. `mosaic chat` starts your agent.\n";
  const rows = events
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, TIMELINE_ROWS)
    .map(({ at, cause, phase, reason }) => [when(at) ?? "", cause, phase, reason]);
  return `\n${table([["WHEN", "CAUSE", "PHASE", "REASON"], ...rows])}`;
}

/** Local time to the second. */
function when(instant: string | null): string | null {
  return instant === null ? null : new Date(instant).toLocaleString("sv-SE");
}
