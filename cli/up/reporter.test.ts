// What a start prints, in a pipe and on a terminal.
import { PassThrough } from "node:stream";
import { FleetError } from "../../contracts/core/errors.ts";
import { createReporter, type StepResult } from "./reporter.ts";

/** `text` is all that was written so far. */
function printed(isTTY: boolean, givenUp?: AbortSignal) {
  const out = Object.assign(new PassThrough(), { isTTY });
  let now = 0;
  let written = "";
  const reporter = createReporter({ out, nowMs: () => (now += 1_250), ...(givenUp === undefined ? {} : { givenUp }) });
  return { reporter, text: () => (written += String(out.read() ?? "")) };
}

/** A result that comes when the test says so. */
function later<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

test("prints a line per step with what came out and its time", async () => {
  const { reporter, text } = printed(false);
  expect(await reporter.step("docker engine", async () => ({ value: 7, result: "20.10" }))).toBe(7);
  expect(text()).toMatch(/^✓ docker engine +20\.10 +1\.3 s\n$/);
});

test("says in a pipe, one line each, what takes long", async () => {
  const { reporter, text } = printed(false);
  await reporter.step("agent image", async (say) => {
    say("installing OpenClaw");
    return { value: undefined, result: "built" };
  });
  expect(text().split("\n")[0]).toBe("  agent image: installing OpenClaw");
});

test("marks a step that failed, and its error names the step and keeps its code", async () => {
  const { reporter, text } = printed(false);
  const cause = new FleetError("CONFIG_INVALID", "no Go");
  await expect(reporter.step("temporal", () => Promise.reject(cause))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: "temporal: no Go",
  });
  expect(text()).toMatch(/^✗ temporal +failed/);
});

test("a step that ends because the start was given up was stopped, and did not fail", async () => {
  const givenUp = new AbortController();
  const { reporter, text } = printed(false, givenUp.signal);
  const other = later<never>();
  const steps = [
    reporter.step("agent image", () => other.promise),
    reporter.step("temporal", () => Promise.reject(new Error("no"))),
  ];
  await expect(steps[1]).rejects.toThrow("temporal: no");
  givenUp.abort();
  other.reject(new Error("aborted"));
  await Promise.allSettled(steps);
  expect(
    text()
      .split("\n")
      .map((line) => line.slice(0, 30).trim()),
  ).toEqual(["✗ temporal           failed", "– agent image        stopped", ""]);
});

test("prints steps that run side by side in the order of their ends, each with its own time", async () => {
  const { reporter, text } = printed(false);
  const slow = later<StepResult<null>>();
  const steps = [
    reporter.step("temporal", () => slow.promise),
    reporter.step("postgresql", async () => ({ value: null, result: "embedded" })),
  ];
  await steps[1];
  slow.resolve({ value: null, result: "local server" });
  await Promise.all(steps);
  expect(text()).toMatch(/^✓ postgresql +embedded +1\.3 s\n✓ temporal +local server +3\.8 s\n$/);
});

test("shows on a terminal a line for each step under way, above which finished ones stay", async () => {
  const { reporter, text } = printed(true);
  const one = later<StepResult<null>>();
  const two = later<StepResult<null>>();
  const steps = [
    reporter.step("one", async (say) => {
      say("at work");
      return await one.promise;
    }),
    reporter.step("two", () => two.promise),
  ];
  expect(screen(text())).toEqual([expect.stringMatching(/^… one .* at work$/), expect.stringMatching(/^… two /)]);
  one.resolve({ value: null, result: "built" });
  await steps[0];
  reporter.line("! a line of its own");
  two.resolve({ value: null, result: "" });
  await steps[1];
  expect(screen(text()).map((line) => line.slice(0, 5))).toEqual(["✓ one", "! a l", "✓ two"]);
});

test("a line never wraps, for the block could not be erased any more", async () => {
  const { reporter, text } = printed(true);
  const step = reporter.step("temporal", async (say) => {
    say("x".repeat(500));
    return { value: null, result: "" };
  });
  expect(Math.max(...screen(text()).map((line) => line.length))).toBeLessThan(80);
  await step;
});

/** What stands on a terminal after all of this was written to it. */
function screen(written: string): string[] {
  const lines: string[] = [];
  for (const piece of written.split(/(\u001B\[\d+A\r\u001B\[0J|\n)/)) {
    const up = /^\u001B\[(\d+)A/.exec(piece)?.[1];
    if (up !== undefined) lines.length -= Number(up);
    else if (piece !== "\n" && piece !== "") lines.push(piece);
  }
  return lines;
}
