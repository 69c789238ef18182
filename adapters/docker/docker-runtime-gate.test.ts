import { createGate } from "./docker-runtime-gate.ts";

test("no more than its places run at once, in the order they came, also after a failure", async () => {
  const gate = createGate(2);
  const begun: number[] = [];
  const finish: ((error?: Error) => void)[] = [];
  const piece = (number: number): Promise<void> =>
    gate(() => {
      begun.push(number);
      return new Promise((resolve, reject) => finish.push((error) => (error === undefined ? resolve() : reject(error))));
    });
  const all = [1, 2, 3, 4].map(piece);
  expect(begun).toEqual([1, 2]);
  finish[0]?.(new Error("it broke"));
  await expect(all[0]).rejects.toThrow("it broke");
  expect(begun).toEqual([1, 2, 3]);
  finish[1]?.();
  await all[1];
  expect(begun).toEqual([1, 2, 3, 4]);
  finish[2]?.();
  finish[3]?.();
  await Promise.all(all.slice(2));
});
