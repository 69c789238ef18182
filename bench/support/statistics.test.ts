import { ratios, summarise } from "./statistics.ts";

describe("the summary of samples", () => {
  test("is median and quartiles, whatever their order", () => {
    expect(summarise([5, 1, 4, 2, 3])).toEqual({ median: 3, lower: 2, upper: 4, p95: 4.8, count: 5 });
  });

  test("lies between two samples where no sample is in the middle", () => {
    expect(summarise([1, 2, 3, 10])).toEqual({ median: 2.5, lower: 1.75, upper: 4.75, p95: expect.closeTo(8.95), count: 4 });
  });

  test("of one sample is that sample", () => {
    expect(summarise([7])).toEqual({ median: 7, lower: 7, upper: 7, p95: 7, count: 1 });
  });

  test("of none does not exist", () => {
    expect(() => summarise([])).toThrow("no samples");
  });
});

describe("ratios of pairs", () => {
  test("are taken pair by pair, so that a slow moment cancels out", () => {
    expect(ratios([2, 20, 2], [1, 10, 1])).toEqual([2, 2, 2]);
  });

  test("need as many samples on both sides", () => {
    expect(() => ratios([1, 2], [1])).toThrow("as many on both sides");
  });
});
