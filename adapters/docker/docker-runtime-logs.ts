// A container's log as plain lines: takes the engine's multiplexed frames apart.

/** One byte for the stream, three of padding, four of length (Docker Engine API, ContainerAttach). */
const FRAME_HEADER_BYTES = 8;
const LONGEST_LINE = 500;
// Colours and cursor movements of programs that think they write to a terminal.
const ESCAPE_SEQUENCES = /\u001B\[[0-9;?]*[A-Za-z]/g;

/** The last `count` lines, stdout and stderr in the order they were written, each cut to 500 characters. */
export function plainLogLines(raw: Buffer, count: number): string[] {
  return textOf(raw)
    .replace(ESCAPE_SEQUENCES, "")
    .split(/\r?\n/)
    .map((line) => line.trimEnd().slice(0, LONGEST_LINE))
    .filter((line) => line !== "")
    .slice(-count);
}

function textOf(raw: Buffer): string {
  const parts: Buffer[] = [];
  let offset = 0;
  while (offset + FRAME_HEADER_BYTES <= raw.length) {
    const start = offset + FRAME_HEADER_BYTES;
    const end = start + raw.readUInt32BE(offset + 4);
    parts.push(raw.subarray(start, end));
    offset = end;
  }
  return Buffer.concat(parts).toString("utf8");
}
