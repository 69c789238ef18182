// Reads a long text that comes in pieces, and counts its lines while it comes.

const NEW_LINE = 10;

/** @throws whatever the stream ends with, an abort included */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLines: (lines: number) => void,
): Promise<{ readonly pieces: Uint8Array<ArrayBuffer>[]; readonly lines: number }> {
  const reader = stream.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let lines = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { pieces, lines };
    pieces.push(new Uint8Array(value));
    for (const byte of value) if (byte === NEW_LINE) lines += 1;
    onLines(lines);
  }
}
