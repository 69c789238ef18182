import { repeat } from "./repeat.ts";

/** Resolves when `work` was called for the n-th time. */
function countedWork() {
  let calls = 0;
  const waiting = new Map<number, () => void>();
  return {
    work: async (): Promise<void> => {
      calls += 1;
      waiting.get(calls)?.();
    },
    calls: () => calls,
    reached: (n: number): Promise<void> => (calls >= n ? Promise.resolve() : new Promise((resolve) => waiting.set(n, resolve))),
  };
}

test("it works at once, again when woken, and ends when told", async () => {
  const ending = new AbortController();
  const counted = countedWork();
  const loop = repeat(counted.work, { everyMs: 60_000, signal: ending.signal, onError: () => undefined });
  await counted.reached(1);
  loop.wake();
  await counted.reached(2);
  ending.abort();
  await loop.done;
  expect(counted.calls()).toBe(2);
});

test("a wake-up during the work is not lost", async () => {
  const ending = new AbortController();
  let loop: ReturnType<typeof repeat> | undefined;
  let calls = 0;
  const work = async (): Promise<void> => {
    calls += 1;
    await Promise.resolve();
    if (calls === 1) loop?.wake();
    else ending.abort();
  };
  loop = repeat(work, { everyMs: 60_000, signal: ending.signal, onError: () => undefined });
  await loop.done;
  expect(calls).toBe(2);
});

test("a failure is told, and the next round comes", async () => {
  const ending = new AbortController();
  const errors: unknown[] = [];
  let calls = 0;
  const work = async (): Promise<void> => {
    calls += 1;
    if (calls === 1) throw new Error("first");
    ending.abort();
  };
  await repeat(work, { everyMs: 1, signal: ending.signal, onError: (error) => errors.push(error) }).done;
  expect(errors).toEqual([new Error("first")]);
});
