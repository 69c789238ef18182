// What `mosaic up` prints: one line per finished step with its time; on a terminal also one line per step under way.
import type { Writable } from "node:stream";
import { FleetError } from "../../contracts/core/errors.ts";

const NAME_WIDTH = 18;
const RESULT_WIDTH = 44;
const REDRAW_EVERY_MS = 1_000;
const DEFAULT_COLUMNS = 80;
const CLEAR_TO_END = "\u001B[0J";

export interface Reporter {
  /**
   * Runs a step and prints its line: the name, the result, the seconds. Several steps may run at once.
   * @throws what `work` throws, with the step's name in front; a FleetError keeps its code
   */
  step<T>(name: string, work: (say: Say) => Promise<StepResult<T>>): Promise<T>;
  /** A line of its own. */
  line(text: string): void;
}

/** Says what the step is doing at the moment. */
export type Say = (doing: string) => void;

export interface StepResult<T> {
  readonly value: T;
  /** In a few words, beside the step's name. */
  readonly result: string;
  /** Marks the line: the start went on, but someone should look. */
  readonly isDoubtful?: boolean;
}

export interface ReporterOptions {
  readonly out: Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number };
  readonly nowMs: () => number;
  /** Aborted when the start is given up: a step that ends badly after that was stopped, and did not fail. */
  readonly givenUp?: AbortSignal;
}

interface StepUnderWay {
  readonly startedMs: number;
  doing: string;
}

export function createReporter({ out, nowMs, givenUp }: ReporterOptions): Reporter {
  /** In the order of their start. */
  const active = new Map<string, StepUnderWay>();
  const live = out.isTTY === true ? createLiveLines(out, active, nowMs) : null;

  function print(text: string): void {
    live?.erase();
    out.write(`${text}\n`);
    live?.draw();
  }

  function end(name: string, mark: string, result: string): void {
    const startedMs = active.get(name)?.startedMs ?? nowMs();
    active.delete(name);
    print(`${mark} ${name.padEnd(NAME_WIDTH)} ${result.padEnd(RESULT_WIDTH)} ${seconds(nowMs() - startedMs).padStart(8)}`);
  }

  async function step<T>(name: string, work: (say: Say) => Promise<StepResult<T>>): Promise<T> {
    const current: StepUnderWay = { startedMs: nowMs(), doing: "" };
    active.set(name, current);
    live?.redraw();
    const say = (doing: string): void => {
      current.doing = doing;
      if (live === null) out.write(`  ${name}: ${doing}\n`);
      else live.redraw();
    };
    try {
      const { value, result, isDoubtful } = await work(say);
      end(name, isDoubtful === true ? "!" : "✓", result);
      return value;
    } catch (error) {
      if (givenUp?.aborted === true) end(name, "–", "stopped");
      else end(name, "✗", "failed");
      throw named(name, error);
    }
  }

  return { step, line: print };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function named(step: string, cause: unknown): Error {
  const message = `${step}: ${cause instanceof Error ? cause.message : String(cause)}`;
  return cause instanceof FleetError ? new FleetError(cause.code, message, { cause }) : new Error(message, { cause });
}

/** The block of lines at the end of a terminal's output: erased before each other line, and drawn again below it. */
function createLiveLines(out: ReporterOptions["out"], active: ReadonlyMap<string, StepUnderWay>, nowMs: () => number) {
  let drawn = 0;
  let timer: NodeJS.Timeout | null = null;
  const erase = (): void => {
    if (drawn > 0) out.write(`\u001B[${drawn}A\r${CLEAR_TO_END}`);
    drawn = 0;
  };
  const draw = (): void => {
    // A line that wraps would count as two, and the block could not be erased any more.
    const columns = (out.columns ?? DEFAULT_COLUMNS) - 1;
    const lines = [...active].map(([name, { startedMs, doing }]) => {
      const start = `… ${name.padEnd(NAME_WIDTH)} ${seconds(nowMs() - startedMs).padStart(8)}`;
      return (doing === "" ? start : `${start}  ${doing}`).slice(0, columns);
    });
    out.write(lines.map((line) => `${line}\n`).join(""));
    drawn = lines.length;
    if (drawn === 0 && timer !== null) clearInterval(timer);
    if (drawn === 0) timer = null;
    else timer ??= setInterval(redraw, REDRAW_EVERY_MS).unref();
  };
  const redraw = (): void => {
    erase();
    draw();
  };
  return { erase, draw, redraw };
}
