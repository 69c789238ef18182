// The line of progress at a terminal.
import { PassThrough, Writable } from "node:stream";
import { jest } from "@jest/globals";
import type { CliIo } from "./io.ts";
import { createProgressLine } from "./progress-line.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** `last`: what the line says now. */
function terminal(isTTY: boolean) {
  let written = "";
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const io: CliIo = {
    env: { NO_COLOR: "1" },
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: Object.assign(stderr, { isTTY }),
    homeDir: "/nowhere",
    hostName: "test-host",
  };
  return { io, written: () => written, last: () => written.split("\u001b[2K").at(-1) };
}

test("counts the seconds by itself, through changes of the text, and leaves nothing behind", () => {
  const { io, last } = terminal(true);
  const progress = createProgressLine(io, { quiet: false });
  progress.show("Waiting");
  expect(last()).toBe("Waiting");
  jest.advanceTimersByTime(3_000);
  expect(last()).toBe("Waiting (3 s)");
  progress.show("Next in line");
  jest.advanceTimersByTime(1_000);
  expect(last()).toBe("Next in line (4 s)");
  progress.clear();
  jest.advanceTimersByTime(5_000);
  expect(last()).toBe("");
});

test("counts on from what had passed already", () => {
  const { io, last } = terminal(true);
  const progress = createProgressLine(io, { quiet: false });
  progress.show("Starting", 12_000);
  jest.advanceTimersByTime(2_000);
  expect(last()).toBe("Starting (14 s)");
  progress.clear();
});

test.each([
  ["in a pipe", false, false],
  ["when it is told to be quiet", true, true],
])("writes nothing %s", (_where, isTTY, quiet) => {
  const { io, written } = terminal(isTTY);
  const progress = createProgressLine(io, { quiet });
  progress.show("Waiting");
  jest.advanceTimersByTime(3_000);
  progress.clear();
  expect(written()).toBe("");
});
