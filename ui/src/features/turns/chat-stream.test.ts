/** @jest-environment node */
// The stream of a turn, when it arrives in very many pieces or has no end.
import type { ApiClient } from "../../api/client.ts";
import { readTurn } from "./chat-stream.ts";

const REQUEST = { message: "hello", conversationId: "main" };
const MIB = 1024 ** 2;

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const api = { stream: async () => stream } as unknown as ApiClient;
  let text = "";
  const onContent = (piece: string) => void (text += piece);
  await readTurn(api, REQUEST, {
    signal: new AbortController().signal,
    onContent,
    onProgress: () => undefined,
    onRetry: () => undefined,
  });
  return text;
}

test("a piece of an answer that arrives 16 bytes at a time is read once, not once for each piece", async () => {
  const content = "x".repeat(2 * MIB);
  const bytes = new TextEncoder().encode(`data: ${JSON.stringify({ content })}\n\ndata: [DONE]\n\n`);
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, (at += 16)));
    },
  });
  expect(await textOf(stream)).toHaveLength(content.length);
});

test("an event without end does not fill the page's memory", async () => {
  let sent = 0;
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: ")),
    pull(controller) {
      sent += MIB;
      controller.enqueue(new Uint8Array(MIB).fill(120));
    },
    cancel: () => void (isCancelled = true),
  });
  await expect(textOf(stream)).rejects.toMatchObject({ code: "UNEXPECTED" });
  expect(isCancelled).toBe(true);
  expect(sent).toBeLessThan(16 * MIB);
});
