// Latencies of acquire, heartbeat and release, and their figures: rate, median and 99th percentile.
import { lineOf, type Line } from "../support/bench.ts";
import { quantile } from "../support/statistics.ts";

export const CALLS = ["acquire", "heartbeat", "release"] as const;

/** Milliseconds of acquire, heartbeat and release, which one client made one after the other. */
export type Cycle = readonly [acquireMs: number, heartbeatMs: number, releaseMs: number];

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What so many clients got in one round. */
export interface Round {
  readonly clients: number;
  readonly cycles: readonly Cycle[];
}

/** Rounds of both sides, in pairs. */
export interface Rounds {
  readonly ours: readonly Round[];
  readonly bare: readonly Round[];
}

/** Three lines for each call: its rate, its median and its slowest in a hundred. */
export function linesOfCalls(who: string, against: string, rounds: Rounds): Line[] {
  return CALLS.flatMap((call, index) => {
    const lines = linesOf(`${call}${who}`, against);
    return lines(
      samplesOf(rounds, ({ clients, cycles }) =>
        figuresOf(
          clients,
          cycles.map((cycle) => cycle[index] ?? Number.NaN),
        ),
      ),
    );
  });
}

/** The rate of whole cycles alone. */
export function lineOfCycles(who: string, against: string, rounds: Rounds): Line {
  const { ours, bare } = samplesOf(rounds, ({ clients, cycles }) => figuresOf(clients, cycles.map(sum)).perSecond);
  return lineOf({ what: `the three calls together${who}`, unit: "/s", against }, { ours, bare });
}

interface Sides<T> {
  readonly ours: readonly T[];
  readonly bare: readonly T[];
}

function samplesOf<T>({ ours, bare }: Rounds, figure: (round: Round) => T): Sides<T> {
  return { ours: ours.map(figure), bare: bare.map(figure) };
}

function linesOf(what: string, against: string): (figures: Sides<Figures>) => Line[] {
  const facts = [
    ["", "/s", (figures: Figures) => figures.perSecond],
    [", p50", "ms", (figures: Figures) => figures.p50Ms],
    [", p99", "ms", (figures: Figures) => figures.p99Ms],
  ] as const;
  return ({ ours, bare }) =>
    facts.map(([which, unit, of]) =>
      lineOf({ what: `${what}${which}`, unit, against }, { ours: ours.map(of), bare: bare.map(of) }),
    );
}

/** The rate is the one that the clients would reach if they made this call alone: clients by mean latency. */
function figuresOf(clients: number, samplesMs: readonly number[]): Figures {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  const meanMs = sorted.reduce((total, ms) => total + ms, 0) / sorted.length;
  return { perSecond: (clients / meanMs) * 1_000, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

const sum = (cycle: Cycle): number => cycle[0] + cycle[1] + cycle[2];
