// One line of progress that is written over and wiped at the end; nothing at all where it would end up in a file.
import type { CliIo } from "./io.ts";
import { painter, printable } from "./printing.ts";

const WIPE = "\r\u001b[2K";

export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

export function createProgressLine(io: CliIo, options: { readonly quiet: boolean }): ProgressLine {
  const isShown = !options.quiet && io.stderr.isTTY === true && io.env["TERM"] !== "dumb";
  const paint = painter(io, io.stderr);
  let dirty = false;
  return {
    show(text) {
      if (!isShown) return;
      io.stderr.write(`${WIPE}${paint("dim", printable(text))}`);
      dirty = true;
    },
    clear() {
      if (dirty) io.stderr.write(WIPE);
      dirty = false;
    },
  };
}
