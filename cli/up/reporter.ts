// What `mosaic up` prints: one line per step with its time; on a terminal also what is going on at the moment.
import type { Writable } from "node:stream";

const NAME_WIDTH = 18;
const RESULT_WIDTH = 44;
const CLEAR_LINE = "\r\u001B[2K";

export interface Reporter {
  /** Runs a step and prints its line: the name, what came out, the seconds. `work` may say what it is doing. */
  step<T>(name: string, work: (say: Say) => Promise<StepResult<T>>): Promise<T>;
  /** A line of its own. */
  line(text: string): void;
}

export type Say = (doing: string) => void;

export interface StepResult<T> {
  readonly value: T;
  /** In a few words, beside the step's name. */
  readonly result: string;
  /** Marks the line: it went on, but somebody should look. */
  readonly isDoubtful?: boolean;
}

export interface ReporterOptions {
  readonly out: Writable & { readonly isTTY?: boolean | undefined };
  readonly nowMs: () => number;
}

export function createReporter({ out, nowMs }: ReporterOptions): Reporter {
  const isTerminal = out.isTTY === true;
  /** Steps under way, in the order of their start; several run at once. */
  const active = new Map<string, string>();

  function print(text: string): void {
    out.write(isTerminal ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
    drawActive();
  }

  function drawActive(): void {
    if (!isTerminal) return;
    const doing = [...active].map(([name, what]) => (what === "" ? name : `${name}: ${what}`));
    out.write(`${CLEAR_LINE}${doing.length === 0 ? "" : `… ${doing.join(" · ")}`}`);
  }

  function say(name: string, what: string): void {
    active.set(name, what);
    if (isTerminal) drawActive();
    else out.write(`  ${name}: ${what}\n`);
  }

  async function step<T>(name: string, work: (say: Say) => Promise<StepResult<T>>): Promise<T> {
    const startedMs = nowMs();
    const seconds = (): string => `${((nowMs() - startedMs) / 1000).toFixed(1)} s`;
    active.set(name, "");
    drawActive();
    try {
      const { value, result, isDoubtful } = await work((what) => say(name, what));
      active.delete(name);
      print(
        `${isDoubtful === true ? "!" : "✓"} ${name.padEnd(NAME_WIDTH)} ${result.padEnd(RESULT_WIDTH)} ${seconds().padStart(8)}`,
      );
      return value;
    } catch (error) {
      active.delete(name);
      print(`✗ ${name.padEnd(NAME_WIDTH)} ${"failed".padEnd(RESULT_WIDTH)} ${seconds().padStart(8)}`);
      throw error;
    }
  }

  return { step, line: print };
}
