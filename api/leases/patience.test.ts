import { databaseUnavailable } from "../../db/core/database-error.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { createPatience } from "./patience.ts";

const LONG_MS = 60_000;
const SHORT_MS = 300;
/** Time for a second attempt, also on a machine that stands still after the first. */
const SOME_MS = 6_000;

const silent = () => new Promise<string>(() => undefined);

function failing(times: number, error: Error = databaseUnavailable("ECONNREFUSED")) {
  let calls = 0;
  const call = async (): Promise<string> => {
    calls += 1;
    if (calls <= times) throw error;
    return "done";
  };
  return { call, calls: () => calls };
}

test("a database that comes back in time is no failure", async () => {
  const { call, calls } = failing(2);
  await expect(createPatience(LONG_MS)(call)).resolves.toBe("done");
  expect(calls()).toBe(3);
});

test("a database that stays away fails the call when the time is up", async () => {
  const { call, calls } = failing(Infinity);
  await expect(createPatience(SOME_MS)(call)).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
  expect(calls()).toBeGreaterThan(1);
});

test("a call that is not answered at all ends with the time, too", async () => {
  await expect(createPatience(SHORT_MS)(silent)).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
});

test("all calls of a request share one time", async () => {
  const patiently = createPatience(SHORT_MS);
  await expect(patiently(silent)).rejects.toThrow(FleetError);
  const second = failing(Infinity);
  await expect(patiently(second.call)).rejects.toThrow(FleetError);
  expect(second.calls()).toBe(1);
});

test.each([
  ["a fault", new Error("a fault")],
  ["a refusal", new FleetError("CONFLICT", "It is leased.")],
])("%s is not tried again", async (_what, error) => {
  const { call, calls } = failing(1, error);
  await expect(createPatience(LONG_MS)(call)).rejects.toBe(error);
  expect(calls()).toBe(1);
});
