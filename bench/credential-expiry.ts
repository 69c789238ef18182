// How late expiries are recorded, event time minus expiry, while 10,000 leases and their workflows are alive.
import { waitFor } from "../tests/support/core/wait-for.ts";
import { addPool, leaseOne } from "./leases/clients.ts";
import { withExpiries, type ExpiryStage } from "./leases/expiry-stage.ts";
import { defineBench, lineOf, type Line } from "./support/bench.ts";
import { quantile } from "./support/statistics.ts";

const ACQUIRERS = 10;
/** Those that stay: they expire long after the measurement. */
const LONG_TTL_MS = 7_200_000;
const PATIENCE_MS = 900_000;
/** How much longer the starts before the waves may take than those before them took. */
const LEAD_FACTOR = 2;

interface Wave {
  readonly name: string;
  readonly leases: number;
  readonly sleepers: number;
  /** Over which the expiries are spread. */
  readonly seconds: number;
}

interface Size {
  /** Live at the first expiry. */
  readonly live: number;
  /** Milliseconds between the last start and the first expiry, and between two waves. */
  readonly leadMs: number;
  readonly waves: readonly Wave[];
}

export const credentialExpiry = defineBench<Size>({
  name: "credential-expiry",
  title: "Credential leases: lateness of recorded expiries",
  about:
    "The time of the event `expired` minus the expiry, with 10,000 leases alive, each with a workflow of its own started through the outbox. In the first wave leases end as 10,000 leases of 20 minutes do when nobody renews them, 8 in a second; in the second, 1,000 end within one second, as after the loss of many runners. Against workflows that only sleep until a moment and call one empty activity, half as many, in the same waves on the same server. Exclusivity does not wait for any of it: a lease that expired is free at that moment, recorded or not.",
  sizes: {
    full: {
      live: 10_000,
      leadMs: 10_000,
      waves: [
        { name: "8 expiries a second", leases: 800, sleepers: 400, seconds: 100 },
        { name: "1,000 expiries in a second", leases: 1_000, sleepers: 500, seconds: 1 },
      ],
    },
    smoke: { live: 10, leadMs: 30_000, waves: [{ name: "a few", leases: 4, sleepers: 2, seconds: 1 }] },
  },
  run: (size) => withExpiries((stage) => measure(stage, size)),
});

async function measure(stage: ExpiryStage, { live, leadMs, waves }: Size): Promise<readonly Line[]> {
  const expiring = waves.reduce((total, { leases }) => total + leases, 0);
  await addPool(stage.api, live);
  const beganAt = performance.now();
  await inParallel(live - expiring, (index) => lease(stage, `stays-${index}`, LONG_TTL_MS));
  await everythingStarted(stage);
  const msPerStart = (performance.now() - beganAt) / (live - expiring);
  const starts = waves.reduce((total, { leases, sleepers }) => total + leases + sleepers, 0);
  const firstMs = Date.now() + leadMs + LEAD_FACTOR * msPerStart * starts;
  let waveMs = firstMs;
  for (const wave of waves) {
    await prepare(stage, wave, waveMs);
    waveMs += wave.seconds * 1_000 + leadMs;
  }
  await everythingStarted(stage);
  if (Date.now() > firstMs) throw new Error("The first lease expired before all workflows were started: what else runs here?");
  const lines: Line[] = [];
  for (const wave of waves) lines.push(...(await linesOf(stage, wave)));
  return lines;
}

async function prepare(stage: ExpiryStage, { name, leases, sleepers, seconds }: Wave, firstMs: number): Promise<void> {
  const momentOf = (index: number, count: number) => Math.round(firstMs + (index / count) * seconds * 1_000);
  await inParallel(leases, (index) => lease(stage, `${name}-${index}`, momentOf(index, leases) - Date.now()));
  await inParallel(sleepers, (index) => stage.sleepUntil(`${name}-${index}`, momentOf(index, sleepers)));
}

async function lease({ api }: ExpiryStage, ownerId: string, ttlMs: number): Promise<void> {
  await leaseOne(api, ownerId, ttlMs);
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: ACQUIRERS }, one));
}

/** And asleep: a workflow's timer runs from its first task on, which waits its turn behind those of thousands. */
async function everythingStarted({ database, backlog }: ExpiryStage): Promise<void> {
  const unsent = async () => {
    const [row] = await database.asOwner<{ n: number }>(
      "SELECT count(*)::integer AS n FROM mosaic.outbox WHERE sent_at IS NULL",
    );
    return row?.n;
  };
  await waitFor(async () => (await unsent()) === 0 && (await backlog()) === 0, {
    ...{ timeoutMs: PATIENCE_MS, everyMs: 500, what: "every workflow is started" },
  });
}

async function linesOf({ database, late }: ExpiryStage, { name, leases, sleepers }: Wave): Promise<Line[]> {
  const ours = async () => {
    const rows = await database.asOwner<{ ms: number }>(
      `SELECT (extract(epoch FROM occurred_at - expires_at) * 1000)::float AS ms
         FROM mosaic.credential_lease_events WHERE type = 'expired' AND starts_with(owner_id, '${name}-')`,
    );
    return rows.map(({ ms }) => ms);
  };
  const bare = () => [...late].filter(([sleeper]) => sleeper.startsWith(`${name}-`)).map(([, ms]) => ms);
  await waitFor(async () => (await ours()).length === leases && bare().length === sleepers, {
    ...{ timeoutMs: PATIENCE_MS, everyMs: 500, what: `every expiry of the wave "${name}" is recorded` },
  });
  const [oursMs, bareMs] = [(await ours()).toSorted((a, b) => a - b), bare().toSorted((a, b) => a - b)];
  return (
    [
      ["p50", 0.5],
      ["p99", 0.99],
    ] as const
  ).map(([which, share]) =>
    lineOf(
      { what: `${name}, ${which}`, unit: "ms", against: "a workflow that only sleeps" },
      { ours: [quantile(oursMs, share)], bare: [quantile(bareMs, share)] },
    ),
  );
}
