// A bound on costly work: what runs, what waits, what is refused and for how long.
import { createBoundedWork, type BoundedWork } from "./bounded-work.ts";

let clockMs: number;
let ends: (() => void)[];
let bounded: BoundedWork;
let done: string[];

beforeEach(() => {
  clockMs = 0;
  ends = [];
  done = [];
  bounded = createBoundedWork({ atOnce: 3, queueMax: 21, now: () => clockMs });
});

function piece(name = "", isPreferred = false): Promise<void> {
  const work = () => new Promise<void>((resolve) => ends.push(resolve)).then(() => void done.push(name));
  return bounded.run(work, { isPreferred });
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Each running piece ends after so long. */
async function workOff(pieceMs: number): Promise<void> {
  for (await settled(); ends.length > 0; await settled()) {
    clockMs += pieceMs;
    for (const end of ends.splice(0)) end();
  }
}

test("of 35 at once 24 are taken, and the others are told how long the queue takes in fact", async () => {
  const warm = [piece(), piece(), piece()];
  await workOff(2_500);
  await Promise.all(warm);
  for (let round = 0; round < 10; round += 1) {
    const again = piece();
    await workOff(2_500);
    await again;
  }
  const outcomes = Array.from({ length: 35 }, () =>
    piece().then(
      () => "taken" as const,
      (error: { retryAfterSeconds: number }) => error.retryAfterSeconds,
    ),
  );
  await settled();
  const began = clockMs;
  await workOff(2_500);
  const told = await Promise.all(outcomes);
  expect(told.filter((outcome) => outcome === "taken")).toHaveLength(24);
  const waits = told.filter((outcome) => outcome !== "taken");
  expect(waits).toHaveLength(11);
  expect(new Set(waits)).toEqual(new Set([(clockMs - began) / 1000]));
});

test("a busy machine is noticed before the first piece has ended", async () => {
  const taken = Array.from({ length: 24 }, () => piece());
  await settled();
  clockMs = 4_000;
  await expect(piece()).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 32 });
  await workOff(1);
  await Promise.all(taken);
});

test("what is preferred starts before the others, also when their queue is full", async () => {
  const others = Array.from({ length: 24 }, (_, index) => piece(`other ${index}`));
  await settled();
  await expect(piece()).rejects.toMatchObject({ code: "RATE_LIMITED" });
  const owner = piece("owner", true);
  await workOff(1);
  await Promise.all([...others, owner]);
  expect(done.indexOf("owner")).toBe(3);
});
