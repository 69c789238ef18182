// Gathers text that arrives word by word, and shows it a few times a second.

/** More often nobody can read, and it costs a phone its battery. */
const PAINT_MS = 50;

export interface Pen {
  readonly write: (text: string) => void;
  /** All of it at once; nothing is animated any more. */
  readonly finish: () => string;
}

export function createPen(show: (text: string) => void): Pen {
  let text = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    write(more) {
      text += more;
      timer ??= setTimeout(() => {
        timer = undefined;
        show(text);
      }, PAINT_MS);
    },
    finish() {
      clearTimeout(timer);
      return text;
    },
  };
}
