// Chats as a program would: with the official OpenAI client.
import OpenAI from "openai";
import { CONVERSATION_HEADER } from "../../../contracts/turns/chat.ts";

const TIMEOUT_MS = 300_000;
const RETRIES = 5;

export function openaiClient(url: string, apiKey: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, timeout: TIMEOUT_MS });
}

export interface Utterance {
  readonly url: string;
  readonly apiKey: string;
  readonly text: string;
  readonly conversation: string;
}

/** Says one thing in a conversation that the agent keeps, again where it is told to, and gives the whole streamed reply. */
export async function streamedReply({ url, apiKey, text, conversation }: Utterance): Promise<string> {
  const stream = await openaiClient(url, apiKey).chat.completions.create(
    { model: "openclaw", messages: [{ role: "user", content: text }], stream: true },
    { headers: { [CONVERSATION_HEADER]: conversation }, maxRetries: RETRIES },
  );
  let reply = "";
  for await (const chunk of stream) reply += chunk.choices[0]?.delta.content ?? "";
  return reply;
}
