// Understands the events of a gateway's streamed chat completion.
import { z } from "zod";
import { gatewayError, parseJson, unavailable } from "./openclaw-gateway-failures.ts";
import { readSseEvents } from "./sse-reader.ts";

const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z.looseObject({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .optional(),
  error: z.union([z.string(), z.looseObject({ message: z.string().optional() })]).nullish(),
});

/**
 * The texts of a streamed answer, in order. Events that are no JSON are skipped, as the contract has it (H1).
 * @throws FleetError GATEWAY_ERROR for an error within the stream, GATEWAY_UNAVAILABLE when it ends before its time.
 */
export async function* readChatContent(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  let finished = false;
  for await (const { data } of readSseEvents(bytes)) {
    if (data === "[DONE]") return;
    const chunk = chunkSchema.safeParse(parseJson(data));
    if (!chunk.success) continue;
    const { error, choices } = chunk.data;
    if (error !== null && error !== undefined) throw gatewayError(messageOf(error));
    const choice = choices?.[0];
    finished ||= choice?.finish_reason !== null && choice?.finish_reason !== undefined;
    const content = choice?.delta?.content;
    if (content !== null && content !== undefined && content !== "") yield content;
  }
  if (!finished) throw unavailable("Your agent stopped in the middle of its answer.");
}

function messageOf(error: string | { message?: string | undefined }): string {
  return typeof error === "string" ? error : (error.message ?? "no reason given");
}
