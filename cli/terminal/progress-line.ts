// One line of progress that is written over and wiped at the end; nothing at all where it would end up in a file.
import type { CliIo } from "./io.ts";
import { painter, printable } from "./printing.ts";

const WIPE = "\r\u001b[2K";
const TICK_MS = 1_000;

export interface ProgressLine {
  /** The seconds since it first appeared follow the text and count on; `elapsedMs` is for what began earlier. */
  show(text: string, elapsedMs?: number): void;
  clear(): void;
}

export function createProgressLine(io: CliIo, options: { readonly quiet: boolean }): ProgressLine {
  const isShown = !options.quiet && io.stderr.isTTY === true && io.env["TERM"] !== "dumb";
  const paint = painter(io, io.stderr);
  let line: { text: string; beganAt: number; readonly ticking: NodeJS.Timeout } | null = null;
  function draw(): void {
    if (line === null) return;
    const seconds = Math.round((performance.now() - line.beganAt) / TICK_MS);
    const time = seconds === 0 ? "" : ` (${seconds} s)`;
    io.stderr.write(`${WIPE}${paint("dim", printable(line.text) + time)}`);
  }
  return {
    show(text, elapsedMs) {
      if (!isShown) return;
      const now = performance.now();
      line ??= { text, beganAt: now, ticking: setInterval(draw, TICK_MS) };
      line.text = text;
      if (elapsedMs !== undefined) line.beganAt = now - elapsedMs;
      draw();
    },
    clear() {
      if (line === null) return;
      clearInterval(line.ticking);
      line = null;
      io.stderr.write(WIPE);
    },
  };
}
