// Parts of an OpenAI request and its answer that are the same whichever agent answers.
import type { GatewayReply } from "../../adapters/openclaw/openclaw-gateway.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { validationWords } from "../../contracts/core/validation-words.ts";
import { CONVERSATION_HEADER, conversationIdSchema, type CompletionRequest } from "../../contracts/turns/chat.ts";

/** A whole answer is kept until it is complete, so that a failure half-way is an error and not half an answer. */
const WHOLE_ANSWER_MAX_BYTES = 16 * 1024 * 1024;

export async function readWhole({ bytes, contentType }: GatewayReply): Promise<{ contentType: string; body: Buffer }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > WHOLE_ANSWER_MAX_BYTES)
      throw new FleetError("GATEWAY_ERROR", "The agent's answer is too large for one response; use streaming.");
    chunks.push(chunk);
  }
  return { contentType, body: Buffer.concat(chunks) };
}

/** @throws FleetError VALIDATION_FAILED */
export function conversationOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const parsed = conversationIdSchema.safeParse(header, { error: validationWords });
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? "Not a conversation id.";
  throw new FleetError("VALIDATION_FAILED", "The name of the conversation is not valid.", {
    validations: [{ path: CONVERSATION_HEADER, message }],
  });
}

/** Only this one is sent: the agent remembers the earlier ones itself. @throws FleetError VALIDATION_FAILED */
export function newestUserMessage({ messages }: CompletionRequest): CompletionRequest["messages"][number] {
  const newest = messages.findLast(({ role }) => role === "user");
  if (newest !== undefined) return newest;
  const message = "The last message of a conversation must be the user's.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "messages", message }] });
}
