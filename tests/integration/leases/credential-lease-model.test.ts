// Leases against a reference model: random clients, clock steps, bursts, cut connections and restarts.
import fc from "fast-check";
import { ACQUIRE_STATEMENT } from "../../../db/leases/credential-acquire-sql.ts";
import { HEARTBEAT_STATEMENT, RELEASE_STATEMENT } from "../../../db/leases/credential-lease-calls-sql.ts";
import { operations, runOperations, type Tally } from "../../support/leases/credential-lease-run.ts";
import { LeaseSystem, type Rewrite } from "../../support/leases/credential-lease-system.ts";
import { RUN_SEED, sized } from "../../support/core/run-size.ts";
import { useDatabase } from "../../support/core/database.ts";

const STATEMENTS = [ACQUIRE_STATEMENT, HEARTBEAT_STATEMENT, RELEASE_STATEMENT];
/** For a machine that has much else to do. */
const TIMEOUT_MS = sized(900_000);
const RUNS = sized(20);
/** Ends at the first that gives the bug away. */
const RUNS_OF_PLANTED = 40;
const OPERATIONS_PER_RUN = 250;
const OPERATIONS = RUNS * OPERATIONS_PER_RUN;

const MUST_OCCUR = [
  ...["acquire: leased", "acquire: exhausted", "acquire: request_consumed"],
  ...["acquire of a waiter: leased", "acquire of a waiter: exhausted"],
  ...["heartbeat: ok", "heartbeat: LEASE_EXPIRED", "heartbeat: LEASE_NOT_OWNER", "release: ok", "release: LEASE_NOT_OWNER"],
  ...["look: held", "look: expired", "look: quarantined", "look: gone"],
  ...["lost answer: it happened", "lost answer: nothing happened"],
];

const database = useDatabase();

async function explore(runs: number, rewrite?: Rewrite, tally?: Tally): Promise<number> {
  const system = await LeaseSystem.open(database, rewrite);
  let count = 0;
  const property = fc.asyncProperty(operations(OPERATIONS_PER_RUN), async (list) => {
    count += await runOperations(system, list, tally);
  });
  try {
    await fc.assert(property, { seed: RUN_SEED, numRuns: runs, endOnFailure: true });
  } finally {
    await system.close();
  }
  return count;
}

test(
  `${OPERATIONS.toLocaleString("en")} operations of random clients give no answer that the model would not give`,
  async () => {
    const tally: Tally = new Map();
    const count = await explore(RUNS, undefined, tally);
    console.log(JSON.stringify({ seed: RUN_SEED, operations: count, answers: Object.fromEntries(tally) }));
    expect(count).toBeGreaterThanOrEqual(OPERATIONS);
    // Without these the operations would have missed what matters.
    expect(MUST_OCCUR.filter((what) => (tally.get(what) ?? 0) < 3)).toEqual([]);
  },
  TIMEOUT_MS,
);

/** One for each thing that keeps leases apart, and what gives it away. */
const PLANTED: readonly (readonly [bug: string, from: string, to: string])[] = [
  ["whoever wins a row's lock does not look at it again", "LIMIT 1 FOR UPDATE SKIP LOCKED", "LIMIT 1"],
  ["the token is not compared", "c.lease_token_hash = ANY ($5::bytea[]) FOR", "true FOR"],
  ["an expired lease is revived by its heartbeat", "c.lease_expires_at >= clock.now AND c.expiry_recorded_at IS NULL", "true"],
  ["those who wait are passed over", "AND NOT EXISTS (SELECT 1 FROM ahead WHERE c.id::text <> ALL (ahead.exclude))", ""],
  ["the fence stands still", "SET fence = c.fence + 1", "SET fence = c.fence"],
];
const GIVEN_AWAY_BY = /No order of these explains|The model disagrees|was leased twice|were passed over|the fence of/;

test.each(PLANTED)(
  "a planted bug is found: %s",
  async (_bug, from, to) => {
    const rewrite: Rewrite = (statement) => statement.replace(from, to);
    expect(STATEMENTS.filter((statement) => rewrite(statement) !== statement)).not.toEqual([]);
    const failure = await explore(RUNS_OF_PLANTED, rewrite).catch((error: Error) => error.cause);
    expect(String(failure)).toMatch(GIVEN_AWAY_BY);
  },
  TIMEOUT_MS,
);
