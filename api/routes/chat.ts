// The product's own chat: one turn with one's own agent, as server-sent events (H2).
import { readChatContent } from "../../adapters/chat-stream.ts";
import { CHAT_BODY_LIMIT_BYTES, chatRequestSchema, type ChatRequest } from "../../contracts/chat.ts";
import { asOpenChat } from "../chat/begin-chat.ts";
import type { ChatCaller } from "../chat/caller.ts";
import type { ChatDeps } from "../chat/chat-deps.ts";
import { createEventStream } from "../chat/event-stream.ts";
import { openTurn } from "../chat/open-turn.ts";
import { defineRoute, type Route, type RouteContext } from "../define-route.ts";
import { errorAnswer, toFleetError } from "../error-body.ts";

export function createChatRoutes(deps: ChatDeps): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/chat",
      operationId: "chat",
      summary: "Say something to one's own agent, which is started when it does not run",
      who: "user",
      scope: "chat:send",
      authentication: "handler",
      rateLimit: "chat",
      audit: { none: "A chat is private; it changes nothing of the installation." },
      body: chatRequestSchema,
      bodyExample: { message: "What is on my list today?", conversationId: "main" },
      bodyLimitBytes: CHAT_BODY_LIMIT_BYTES,
      responses: {
        200: {
          description:
            'Server-sent events: `event: progress` while the agent starts, `data: {"content":"…"}` per piece of the answer, then `data: [DONE]`. A failure is `event: error` with `data: {"error":{…}}`, and no `[DONE]`.',
          contentType: "text/event-stream",
        },
      },
      handler: (context) => asOpenChat(deps, context, (caller, ended) => answerTurn(deps, context, { caller, ended })),
    }),
  ];
}

type Context = RouteContext<unknown, unknown, ChatRequest>;

/** The turn goes on to its end when the client leaves: the answer is then in the conversation when they come back. */
async function answerTurn(
  deps: ChatDeps,
  { body, credential, response, requestId, log }: Context,
  { caller, ended }: { readonly caller: ChatCaller; readonly ended: AbortSignal },
): Promise<void> {
  const events = createEventStream(response, deps.timings);
  try {
    const reply = await openTurn(deps, {
      caller,
      credential,
      body: { messages: [{ role: "user", content: body.message }] },
      conversation: body.conversationId,
      stream: true,
      signal: AbortSignal.any([deps.stopping, ended]),
      // Progress is small and rare: there is no need to wait until the client has taken it.
      onProgress: (progress) => void events.send("progress", progress),
    });
    events.open();
    for await (const content of readChatContent(reply.bytes)) await events.send(null, { content });
    await events.raw("data: [DONE]\n\n");
  } catch (thrown) {
    if (!events.opened) throw thrown;
    const error = toFleetError(thrown);
    log.warn({ event: "chat_failed", code: error.code, err: error }, "a chat failed after it had begun");
    await events.send("error", errorAnswer(error, requestId, "fleet").body);
  }
  events.end();
}
