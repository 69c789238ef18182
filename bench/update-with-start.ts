// What the container workflow costs where it is called: latency of update-with-start, and how many a second.
import { alternate, defineBench, lineOf, timed, type Line, type Sides } from "./support/bench.ts";
import { withWorkflows, type Side, type WorkflowStage } from "./support/workflow-stage.ts";

const HOUR_MS = 3_600_000;
const MS_PER_SECOND = 1_000;
const AGAINST = "a workflow with one empty update";

/** The figures to hold on a machine of two cores. */
const ON_EXISTING = { what: "on an existing run", unit: "ms", bound: { of: "ours", atMost: 25 } } as const;
const ON_NEW = { what: "on a new run", unit: "ms", bound: { of: "ours", atMost: 80 } } as const;
const UPDATES = { what: "updates of one run", unit: "/s", bound: { of: "ours", atLeast: 100 } } as const;
const STARTS = { what: "starts", unit: "/s", bound: { of: "ours", atLeast: 150 } } as const;

interface Size {
  readonly pairs: number;
  /** Pairs of bursts, and calls in a burst. */
  readonly bursts: number;
  readonly calls: number;
}

/** How many calls are open at once. A run takes ten updates at a time (Temporal's limit). */
const AT_ONCE = { updates: 8, starts: 20 } as const;

export const updateWithStart = defineBench<Size>({
  name: "update-with-start",
  title: "Update-with-start of the container workflow",
  about:
    "The api's call `ensureRunning`, on the real workflow with activities that do nothing, beside a workflow that has one empty update and no activity; client, worker and server share the machine. Bursts keep eight updates of one run, or twenty starts, open at once. A new run of ours answers after its start activity, the bare one at once.",
  sizes: {
    full: { pairs: 100, bursts: 7, calls: 200 },
    smoke: { pairs: 1, bursts: 1, calls: 4 },
  },
  run: (size) => withWorkflows(HOUR_MS, (stage) => measure(stage, size)),
});

async function measure(stage: WorkflowStage, size: Size): Promise<readonly Line[]> {
  const sides = (sample: (side: Side) => Promise<number>): Sides => ({
    ours: () => sample(stage.ours),
    bare: () => sample(stage.bare),
  });
  const [existingOurs, existingBare] = [stage.ours.newId(), stage.bare.newId()];
  const existing = (side: Side) => (side === stage.ours ? existingOurs : existingBare);
  const onExisting = sides((side) => timed(() => side.touch(existing(side))));
  const onNew = sides((side) => timed(() => side.touch(side.newId())));
  const updates = sides((side) => perSecond(size, "updates", () => side.touch(existing(side))));
  const starts = sides((side) => perSecond(size, "starts", () => side.start(side.newId())));
  const { pairs, bursts } = size;
  return [
    lineOf({ ...ON_EXISTING, against: AGAINST }, await alternate(pairs, onExisting)),
    lineOf({ ...ON_NEW, against: AGAINST }, await alternate(pairs, onNew)),
    lineOf({ ...UPDATES, against: AGAINST }, await alternate(bursts, updates)),
    lineOf({ ...STARTS, against: AGAINST }, await alternate(bursts, starts)),
  ];
}

/** Calls a second. */
async function perSecond({ calls }: Size, kind: keyof typeof AT_ONCE, call: () => Promise<void>): Promise<number> {
  let left = calls;
  const caller = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1;
      await call();
    }
  };
  const ms = await timed(() => Promise.all(Array.from({ length: AT_ONCE[kind] }, caller)));
  return (calls * MS_PER_SECOND) / ms;
}
