// `npm run bench`: takes all measurements and writes docs/benchmarks.md. With a name: that one alone, printed only.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { CLUSTER_VARIABLE, startCluster, stopCluster } from "../tests/support/core/cluster.ts";
import { localTemporalEnvironment } from "../tests/support/core/local-temporal.ts";
import { BENCHES } from "./all.ts";
import type { Bench } from "./support/bench.ts";
import { machineFacts } from "./support/machine-facts.ts";
import { documentOf, tableOf, type Measured } from "./support/report.ts";

const DOCUMENT = join(import.meta.dirname, "../docs/benchmarks.md");
/** Unlike the tests' cluster this one is durable, as an installation's is. */
const DURABLE = { max_connections: "200" };

function wanted(names: readonly string[]): readonly Bench[] {
  return names.length === 0 ? BENCHES : BENCHES.filter(({ name }) => names.includes(name));
}

async function temporalVersion(): Promise<string> {
  const environment = await localTemporalEnvironment();
  try {
    return (await environment.connection.workflowService.getSystemInfo({})).serverVersion;
  } finally {
    await environment.teardown();
  }
}

/** What to print instead of measuring, and how to end then; null when every word names a measurement. */
function helpFor(words: readonly string[]): { readonly text: string; readonly exitCode: number } | null {
  const other = words.find((word) => !BENCHES.some(({ name }) => name === word));
  if (other === undefined) return null;
  const list = BENCHES.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join("\n");
  const usage = `npm run bench               take all measurements and write docs/benchmarks.md\nnpm run bench -- <name...>  take these alone and print them\n\n${list}`;
  if (other === "--help" || other === "-h") return { text: usage, exitCode: 0 };
  return { text: `There is no measurement “${other}”.\n\n${usage}`, exitCode: 2 };
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const help = helpFor(words);
  if (help !== null) {
    console.log(help.text);
    process.exitCode = help.exitCode;
    return;
  }
  const benches = wanted(words);
  const cluster = await startCluster(DURABLE);
  process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster);
  try {
    const facts = await machineFacts(cluster, await temporalVersion());
    const measured: Measured[] = [];
    for (const bench of benches) {
      console.log(`\n== ${bench.title}`);
      const lines = await bench.run("full");
      measured.push({ bench, lines });
      console.log(tableOf(lines));
    }
    if (benches.length === BENCHES.length) await writeDocument(documentOf(measured, facts));
  } finally {
    await stopCluster();
  }
}

/** In the format that the check of the repository wants. */
async function writeDocument(text: string): Promise<void> {
  await writeFile(DOCUMENT, await format(text, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
}

await main();
