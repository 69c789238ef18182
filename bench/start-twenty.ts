// Twenty agents woken at the same moment: when the first one answers, and when all do.
import { alternate, defineBench, lineOf, type Line } from "./support/bench.ts";
import { withFleet, type FleetStage } from "./support/fleet-stage.ts";

/** As the product does: an engine starts about five a second, whatever the concurrency. */
const STARTS_AT_ONCE = 5;

interface Size {
  readonly pairs: number;
  readonly containers: number;
}

export const startTwenty = defineBench<Size>({
  name: "start-twenty",
  title: "Twenty agents at once",
  about:
    "All are requested at the same moment; the product and the bare side both start five at a time. Against create, start and the first good probe through the engine's API, with the same image, network and limits.",
  sizes: { full: { pairs: 3, containers: 20 }, smoke: { pairs: 1, containers: 2 } },
  run: (size) => withFleet("start-twenty", (stage) => measure(stage, size)),
});

async function measure(stage: FleetStage, { pairs, containers }: Size): Promise<readonly Line[]> {
  const firsts = { ours: new Array<number>(), bare: new Array<number>() };
  const take = (side: keyof typeof firsts, times: readonly number[]): number => {
    firsts[side].push(Math.min(...times));
    return Math.max(...times);
  };
  const all = await alternate(pairs, {
    ours: async () => take("ours", await wakeAll(stage, containers)),
    bare: async () => take("bare", await startAllBare(stage, containers)),
  });
  // The first pair does not count, as in `alternate`.
  const first = { ours: firsts.ours.slice(1), bare: firsts.bare.slice(1) };
  const against = `docker create + start, ${STARTS_AT_ONCE} at a time`;
  return [
    lineOf({ what: "until the first answers", unit: "ms", against }, first),
    lineOf({ what: `until all ${containers} answer`, unit: "ms", against }, all),
  ];
}

/** When each was ready, counted from the moment that all were requested. */
async function wakeAll(stage: FleetStage, containers: number): Promise<number[]> {
  const tenants = Array.from({ length: containers }, () => stage.newTenant());
  const beganAt = performance.now();
  const times = await Promise.all(
    tenants.map(async (tenant) => {
      await stage.wake(tenant);
      return performance.now() - beganAt;
    }),
  );
  await Promise.all(tenants.map((tenant) => stage.putToSleep(tenant)));
  return times;
}

async function startAllBare(stage: FleetStage, containers: number): Promise<number[]> {
  const ids: string[] = [];
  const times: number[] = [];
  const beganAt = performance.now();
  let left = containers;
  const starter = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      ids.push(await stage.startBare());
      times.push(performance.now() - beganAt);
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, starter));
  await Promise.all(ids.map((id) => stage.removeBare(id)));
  return times;
}
