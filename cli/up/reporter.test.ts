// What a start prints, in a pipe and on a terminal.
import { PassThrough } from "node:stream";
import { createReporter } from "./reporter.ts";

function printed(isTTY: boolean) {
  const out = Object.assign(new PassThrough(), { isTTY });
  let now = 0;
  const reporter = createReporter({ out, nowMs: () => (now += 1_250) });
  return { reporter, text: () => String(out.read() ?? "") };
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

test("marks a step that failed and passes its error on", async () => {
  const { reporter, text } = printed(false);
  await expect(reporter.step("temporal", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(text()).toMatch(/^✗ temporal +failed/);
});

test("shows on a terminal all that is under way, and takes it away again", async () => {
  const { reporter, text } = printed(true);
  const one = reporter.step("one", async (say) => {
    say("at work");
    return { value: undefined, result: "" };
  });
  const two = reporter.step("two", async () => ({ value: undefined, result: "" }));
  await Promise.all([one, two]);
  const lines = text().split("\r\u001B[2K");
  expect(lines).toContain("… one: at work · two");
  expect(lines.at(-1)).toBe("");
});
