// What a measurement is: a name, a question, sizes, and lines of figures; and how pairs of samples are taken.
import { ratios, summarise, type Summary } from "./statistics.ts";

export type Unit = "ms" | "/s" | "events" | "MiB";

/** A figure that must hold: of the median of ours, of its 95th percentile, or of the ratio. */
export interface Bound {
  readonly of: "ours" | "p95" | "ratio";
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One line of the table: ours, the bare thing beside it, and how many times the one is the other. */
export interface Line {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: Summary;
  /** What `bare` is. */
  readonly against: string;
  readonly bare: Summary;
  readonly ratio: Summary;
  readonly bound?: Bound;
}

/** `smoke`: as small as it goes, to see that the measurement still runs. */
export type Size = "full" | "smoke";

export interface Bench {
  readonly name: string;
  readonly title: string;
  /** What is compared with what, and what is left out. For the document. */
  readonly about: string;
  run(size: Size): Promise<readonly Line[]>;
}

interface BenchSpec<S> extends Omit<Bench, "run"> {
  readonly sizes: Readonly<Record<Size, S>>;
  readonly run: (size: S) => Promise<readonly Line[]>;
}

export function defineBench<S>({ sizes, run, ...facts }: BenchSpec<S>): Bench {
  return { ...facts, run: (size) => run(sizes[size]) };
}

/** Each gives one sample. */
export interface Sides {
  ours(round: number): Promise<number>;
  bare(round: number): Promise<number>;
}

export interface Samples {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

/** A B A B …, after one pair that does not count. */
export async function alternate(pairs: number, { ours, bare }: Sides): Promise<Samples> {
  const samples: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let round = 0; round <= pairs; round += 1) {
    const pair = { ours: await ours(round), bare: await bare(round) };
    if (round === 0) continue;
    samples.ours.push(pair.ours);
    samples.bare.push(pair.bare);
  }
  return samples;
}

export function lineOf(facts: Pick<Line, "what" | "unit" | "against" | "bound">, { ours, bare }: Samples): Line {
  return { ...facts, ours: summarise(ours), bare: summarise(bare), ratio: summarise(ratios(ours, bare)) };
}

/** Undefined when nothing is promised. */
export function holds({ ours, ratio, bound }: Line): boolean | undefined {
  if (bound === undefined) return undefined;
  const figure = { ours: ours.median, p95: ours.p95, ratio: ratio.median }[bound.of];
  return figure <= (bound.atMost ?? Infinity) && figure >= (bound.atLeast ?? -Infinity);
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
