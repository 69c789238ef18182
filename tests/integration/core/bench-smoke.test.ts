// Every measurement still runs, as small as it goes. What it measures here means nothing.
import { BENCHES } from "../../../bench/all.ts";
import { documentOf, tableOf } from "../../../bench/support/report.ts";

const TIMEOUT_MS = 240_000;

test.each(BENCHES.map((bench) => [bench.name, bench] as const))(
  "%s gives figures for each of its lines",
  async (_name, bench) => {
    const lines = await bench.run("smoke");
    expect(lines.length).toBeGreaterThan(0);
    const samples = lines.flatMap(({ ours, bare, ratio }) => [ours, bare, ratio]);
    for (const { median, count } of samples) expect([Number.isFinite(median), count > 0]).toEqual([true, true]);
    expect(tableOf(lines).split("\n")).toHaveLength(lines.length + 2);
    const document = documentOf([{ bench, lines }], { date: "today" });
    expect(document).toContain(`## ${bench.title}`);
  },
  TIMEOUT_MS,
);
