import { effectiveIdleTimeoutMin, idleAt, nextLook } from "./idle-policy.ts";

const noon = new Date("2026-11-21T12:00:00Z");
const at = (time: string) => new Date(`2026-11-21T${time}Z`);

describe("the idle timeout that counts", () => {
  test("is the tenant's choice", () => {
    expect(effectiveIdleTimeoutMin({ chosenMin: 5, defaultMin: 30, maxMin: 60 })).toBe(5);
  });

  test("is the default when the tenant chose nothing", () => {
    expect(effectiveIdleTimeoutMin({ chosenMin: null, defaultMin: 30, maxMin: 60 })).toBe(30);
  });

  test("never exceeds the administrator's maximum", () => {
    expect(effectiveIdleTimeoutMin({ chosenMin: 600, defaultMin: 30, maxMin: 60 })).toBe(60);
    expect(effectiveIdleTimeoutMin({ chosenMin: null, defaultMin: 30, maxMin: 10 })).toBe(10);
  });
});

test("a container sleeps its timeout after the last activity", () => {
  expect(idleAt(noon, 30)).toEqual(at("12:30:00"));
});

describe("the next look at a container", () => {
  test("comes after the poll interval while there is much time left", () => {
    expect(nextLook(noon, at("12:30:00"))).toBe(60_000);
  });

  test("comes exactly when it would fall idle", () => {
    expect(nextLook(noon, at("12:00:20"))).toBe(20_000);
  });

  test("is not sooner than a second", () => {
    expect(nextLook(noon, new Date(noon.getTime() + 3))).toBe(1_000);
  });

  test("finds it idle at the deadline itself and after it", () => {
    expect(nextLook(noon, noon)).toBe("idle");
    expect(nextLook(noon, at("11:00:00"))).toBe("idle");
  });

  test("comes after the poll interval for ever when it is always on", () => {
    expect(nextLook(noon, null)).toBe(60_000);
  });
});
