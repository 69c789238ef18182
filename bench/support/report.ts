// Figures as text: a table for each measurement, and the document of a whole run.
import { holds, type Bench, type Line, type Unit } from "./bench.ts";
import type { MachineFacts } from "./machine-facts.ts";
import type { Summary } from "./statistics.ts";

export interface Measured {
  readonly bench: Bench;
  readonly lines: readonly Line[];
}

const HEAD = ["| what | ours | against | bare | ratio | must hold |", "| --- | --- | --- | --- | --- | --- |"];

export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map((line) =>
    [
      line.what,
      spread(line.ours, line.unit),
      line.against,
      spread(line.bare, line.unit),
      times(line.ratio),
      verdict(line),
    ].join(" | "),
  );
  return [...HEAD, ...rows.map((row) => `| ${row} |`)].join("\n");
}

export function documentOf(measured: readonly Measured[], machine: MachineFacts): string {
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const sections = measured.map(({ bench, lines }) =>
    [`## ${bench.title}`, bench.about, tableOf(lines), `Again: \`npm run bench -- ${bench.name}\``].join("\n\n"),
  );
  return [
    "# Benchmarks",
    "Written by `npm run bench`; do not edit. Every figure is a median with its quartiles in brackets and the number of samples. Ours and the bare thing take turns (A B A B …) in the same run on the same machine, and the ratio is taken pair by pair: times differ from machine to machine and from hour to hour, ratios hardly.",
    "## The run",
    facts.join("\n"),
    ...sections,
    "",
  ].join("\n\n");
}

function spread({ median, lower, upper, count }: Summary, unit: Unit): string {
  return `${figure(median)} ${unit} [${figure(lower)}–${figure(upper)}] n=${count}`;
}

function times({ median, lower, upper }: Summary): string {
  return `×${figure(median)} [${figure(lower)}–${figure(upper)}]`;
}

function verdict(line: Line): string {
  const { bound } = line;
  if (bound === undefined) return "";
  const limit = bound.atMost === undefined ? `≥ ${bound.atLeast ?? 0}` : `≤ ${bound.atMost}`;
  const of = { ours: "", ratio: "ratio ", p95: `p95 ${figure(line.ours.p95)} ` }[bound.of];
  return `${of}${limit}: ${holds(line) === true ? "holds" : "**missed**"}`;
}

function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
