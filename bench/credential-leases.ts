// `node bench/credential-leases.ts [operations|lateness]`: what leases cost, beside pgbench in the same run; prints Markdown.
import { DefaultLogger, Runtime } from "@temporalio/worker";
import { CLUSTER_VARIABLE, startCluster, stopCluster } from "../tests/support/cluster.ts";
import { describeLateness, measureLateness, type LatenessOptions } from "./credential-leases/expiry-lateness.ts";
import { markdownTable } from "./credential-leases/latencies.ts";
import { measureOperations } from "./credential-leases/operations.ts";

/** Unlike the tests' cluster this one is durable, as an installation's is. */
const DURABLE = { max_connections: "200" };
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 10);
const LEASES = Number(process.env["BENCH_LEASES"] ?? 10_000);
const SET_UP_SECONDS = Number(process.env["BENCH_SET_UP_SECONDS"] ?? 240);

/** As leases of CI end: one here, one there; and all at once, as after a crash of every runner. */
const LATENESS: readonly LatenessOptions[] = [
  { leases: LEASES, setUpSeconds: SET_UP_SECONDS, spreadSeconds: 300 },
  { leases: LEASES, setUpSeconds: SET_UP_SECONDS, spreadSeconds: 1 },
];

async function operations(): Promise<void> {
  console.log("### Acquire, heartbeat, release\n");
  console.log(await measureOperations(SECONDS));
}

async function lateness(): Promise<void> {
  const rows: string[][] = [];
  for (const options of LATENESS) rows.push(describeLateness(options, await measureLateness(options)));
  const heading = ["live leases", "expiries", "p50 ms", "p99 ms", "max ms", "last workflow started before the first expiry"];
  console.log(`\n### Lateness of recorded expiries\n\n${markdownTable([heading, ...rows])}`);
}

Runtime.install({ logger: new DefaultLogger("ERROR") });
const wanted = process.argv[2];
process.env[CLUSTER_VARIABLE] = JSON.stringify(await startCluster(DURABLE));
try {
  if (wanted !== "lateness") await operations();
  if (wanted !== "operations") await lateness();
} finally {
  await stopCluster();
}
