// Splits markdown where a block certainly ends, so that a long answer is not parsed again with every word.

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** A line that goes on with the block before it, although an empty line stands between: lists, quotes, indented text. */
const GOES_ON = /^(?:\s|[-*+>]\s|\d+[.)]\s|\|)/;
/** References may be used anywhere: a text that has some stays whole. */
const REFERENCE = /^ {0,3}\[[^\]]+\]:/m;

/** The blocks, whose concatenation with empty lines between them is the text. The last one may still grow. */
export function splitBlocks(text: string): string[] {
  if (REFERENCE.test(text)) return [text];
  const blocks: string[][] = [[]];
  let fence: string | null = null;
  let wasEmpty = false;
  for (const line of text.split("\n")) {
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (fence === null && wasEmpty && line.trim() !== "" && !GOES_ON.test(line)) blocks.push([]);
    if (mark !== null) fence = nextFence(fence, mark);
    blocks.at(-1)?.push(line);
    wasEmpty = fence === null && line.trim() === "";
  }
  return blocks.map((lines) => lines.join("\n")).filter((block) => block.trim() !== "");
}

/** A fence ends with at least as many of the same signs. */
function nextFence(open: string | null, mark: string): string | null {
  if (open === null) return mark;
  return mark.startsWith(open) ? null : open;
}
