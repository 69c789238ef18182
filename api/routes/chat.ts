// The product's own chat: one turn with one's own agent, as server-sent events (H2).
import { z } from "zod";
import { readChatContent } from "../../adapters/chat-stream.ts";
import { chatRequestSchema, type ChatRequest } from "../../contracts/chat.ts";
import { CHAT_ERRORS } from "../../contracts/errors.ts";
import { announceTurnStop } from "../../db/repositories/turn-stops.ts";
import { asOpenChat, type OpenChat } from "../chat/begin-chat.ts";
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
      ownBody: chatRequestSchema,
      bodyExample: { message: "What is on my list today?", conversationId: "main" },
      responses: {
        200: {
          description:
            'Server-sent events: `event: progress` while the agent starts, `data: {"content":"…"}` per piece of the answer, then `data: [DONE]`. A failure is `event: error` with `data: {"error":{…}}`, and no `[DONE]`.',
          contentType: "text/event-stream",
        },
      },
      errors: CHAT_ERRORS,
      handler: (context) =>
        asOpenChat(deps, context, { body: chatRequestSchema, work: (chat) => answerTurn(deps, context, chat) }),
    }),
    defineRoute({
      method: "post",
      path: "/api/chat/turns/:turnId/stop",
      operationId: "stopTurn",
      summary: "Stop a turn of one's own under way; what was said of it stays said",
      who: "user",
      scope: "chat:send",
      rateLimit: "chat",
      audit: { none: "A chat is private; it changes nothing of the installation." },
      params: z.strictObject({ turnId: z.uuid() }),
      responses: { 204: { description: "Told; a turn that has ended already stays as it is." } },
      handler: async ({ user, params }) => {
        await deps.db.asTenant(user.tenant, (tx) => announceTurnStop(tx, params.turnId));
        return { status: 204 };
      },
    }),
  ];
}

type Context = RouteContext<unknown, unknown, unknown>;

/** The turn goes on to its end when the client leaves: the answer is then in the conversation when they come back. */
async function answerTurn(
  deps: ChatDeps,
  { credential, response, requestId, log }: Context,
  { caller, body, ended }: OpenChat<ChatRequest>,
): Promise<void> {
  const events = createEventStream(response, deps.timings);
  const turn = deps.stops.watch(caller.principal.tenant, body.turnId);
  try {
    const reply = await openTurn(deps, {
      caller,
      credential,
      body: { messages: [{ role: "user", content: body.message }] },
      conversation: body.conversationId,
      stream: true,
      signal: AbortSignal.any([deps.stopping, ended, turn.stopped]),
      // Progress is small and rare: there is no need to wait until the client has taken it.
      onProgress: (progress) => void events.send("progress", progress),
    });
    events.open();
    for await (const content of readChatContent(reply.bytes)) await events.send(null, { content });
    await events.raw("data: [DONE]\n\n");
  } catch (thrown) {
    // Its user knows: an end without `[DONE]` is all there is to say.
    if (turn.stopped.aborted) events.open();
    else await tellFailure(thrown);
  } finally {
    turn.release();
  }
  events.end();

  async function tellFailure(thrown: unknown): Promise<void> {
    if (!events.opened) throw thrown;
    const error = toFleetError(thrown);
    log.warn({ event: "chat_failed", code: error.code, err: error }, "a chat failed after it had begun");
    await events.send("error", errorAnswer(error, requestId, "fleet").body);
  }
}
