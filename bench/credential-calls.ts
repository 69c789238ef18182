// What acquire, heartbeat and release cost at 1, 10 and 50 clients, beside pgbench with the very same statements.
import { once } from "node:events";
import { Pool } from "undici";
import type { Database } from "../db/core/database.ts";
import { createTestDatabase, type TestDatabase } from "../tests/support/core/database.ts";
import { addPool, byRepository, drive, KIND, overHttp, startBroker } from "./leases/clients.ts";
import { lineOfCycles, linesOfCalls, type Round } from "./leases/figures.ts";
import { cycleScript, ensurePgbench, runPgbench } from "./leases/pgbench.ts";
import { defineBench, type Line } from "./support/bench.ts";

/** More than are ever held: a client that pgbench stops keeps its lease. */
const CREDENTIALS = 1_000;
const AGAINST = "pgbench";

interface Size {
  readonly pairs: number;
  /** Of each round, on each side. */
  readonly seconds: number;
  readonly clients: readonly number[];
}

export const credentialCalls = defineBench<Size>({
  name: "credential-calls",
  title: "Credential leases: acquire, heartbeat, release",
  about:
    "Clients that acquire, renew and release leases as fast as they get answers: over HTTP to one api process, and for the three calls together also by the repository without HTTP. Against pgbench, which sends the same three statements, prepared, from as many connections to the same database, in turns in the same run. Ours also opens the sealed payload and tells relay and waiters. Each sample is one round of some seconds; rates are those of clients that make one call alone (clients by mean latency). The clients, the api and PostgreSQL share the machine, so that at 10 and 50 clients the ratio tells how much processor the api takes beside the database.",
  sizes: { full: { pairs: 5, seconds: 3, clients: [1, 10, 50] }, smoke: { pairs: 1, seconds: 3, clients: [2] } },
  async run(size) {
    await ensurePgbench();
    const database = await createTestDatabase();
    const server = await startBroker(database);
    try {
      const api = await database.openAs("api");
      await addPool(api, CREDENTIALS);
      const lines: Line[] = [];
      for (const clients of size.clients) lines.push(...(await measureAt(clients, size, { database, api, url: server.url })));
      return lines;
    } finally {
      const ended = once(server.child, "exit");
      server.child.kill("SIGTERM");
      await ended;
      await database.drop();
    }
  },
});

interface Stage {
  readonly database: TestDatabase;
  readonly api: Database;
  readonly url: string;
}

async function measureAt(clients: number, { pairs, seconds }: Size, { database, api, url }: Stage): Promise<Line[]> {
  const http = new Pool(url, { connections: clients });
  const pgbench = { url: database.ownerUrl, script: cycleScript(KIND), clients, seconds };
  const rounds: Record<"http" | "repository" | "bare", Round[]> = { http: [], repository: [], bare: [] };
  // In turns, after one of each that does not count.
  for (let round = 0; round <= pairs; round += 1) {
    const bare = await runPgbench(pgbench);
    const overTheWire = await drive(clients, seconds, overHttp(http));
    const repository = await drive(clients, seconds, byRepository(api));
    if (round === 0) continue;
    rounds.bare.push(bare);
    rounds.http.push(overTheWire);
    rounds.repository.push(repository);
  }
  await http.close();
  const who = `, ${clients} ${clients === 1 ? "client" : "clients"}`;
  return [
    ...linesOfCalls(who, AGAINST, { ours: rounds.http, bare: rounds.bare }),
    lineOfCycles(who, AGAINST, { ours: rounds.http, bare: rounds.bare }),
    lineOfCycles(`${who}, without HTTP`, AGAINST, { ours: rounds.repository, bare: rounds.bare }),
  ];
}
