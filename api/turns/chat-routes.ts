// The product's own chat: one turn with the caller's agent, as server-sent events.
import { z } from "zod";
import { chatRequestSchema, type ChatProgress, type ChatRequest, type ChatRetry } from "../../contracts/turns/chat.ts";
import { CHAT_ERRORS } from "../../contracts/core/errors.ts";
import { announceTurnStop } from "../../db/turns/turn-stops.ts";
import { asOpenChat, type OpenChat } from "./begin-chat.ts";
import type { ChatDeps } from "./chat-deps.ts";
import { createEventStream, dataEvent } from "./event-stream.ts";
import { firstOf } from "./first-of.ts";
import { retryWords, streamTurn, type ProviderRetry } from "./run-turn.ts";
import { defineRoute, type Route, type RouteContext } from "../http/define-route.ts";
import { errorAnswer, toFleetError } from "../http/error-body.ts";

export function createChatRoutes(deps: ChatDeps): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/chat",
      operationId: "chat",
      summary: "Send a message to your agent; a sleeping agent is started",
      who: "credential",
      scope: "chat:send",
      rateLimit: "chat",
      audit: { none: "A chat is private; it changes nothing of the installation." },
      ownBody: chatRequestSchema,
      bodyExample: { message: "What is on my list today?", conversationId: "main" },
      responses: {
        200: {
          description:
            'Server-sent events: `event: progress` while the agent starts, `event: retry` when the model provider is asked again, `data: {"content":"…"}` per piece of the answer, then `data: [DONE]`. A failure is `event: error` with `data: {"error":{…}}`, and no `[DONE]`.',
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
      summary: "Stop your running turn; the text received so far is kept",
      who: "tenant",
      scope: "chat:send",
      rateLimit: "chat",
      audit: { none: "A chat is private; it changes nothing of the installation." },
      params: z.strictObject({ turnId: z.uuid() }),
      responses: { 204: { description: "Accepted; a finished turn is not changed." } },
      handler: async ({ caller, params }) => {
        await deps.db.asTenant(caller.tenant, (tx) => announceTurnStop(tx, params.turnId));
        return { status: 204 };
      },
    }),
  ];
}

type Context = RouteContext<"credential", unknown, unknown, unknown>;

/** The turn goes on to its end when the client leaves: the answer is then in the conversation when they come back. */
async function answerTurn(deps: ChatDeps, context: Context, { caller, body, ended }: OpenChat<ChatRequest>): Promise<void> {
  const { credential } = context;
  const events = createEventStream(context.response, deps.timings);
  const turn = deps.stops.watch(caller.principal.tenant, body.turnId);
  const end = firstOf([deps.stopping, ended, turn.stopped]);
  try {
    events.openSoon();
    const about = {
      caller,
      credential,
      body: { messages: [{ role: "user", content: body.message }] },
      conversation: body.conversationId,
      stream: true,
      signal: end.signal,
      // Progress is small and rare: there is no need to wait until the client has taken it.
      onProgress: (progress: ChatProgress) => void events.send("progress", progress),
    };
    await streamTurn(deps, about, {
      message: body.message,
      onEvents: async (arrived) => {
        const said = arrived.filter(({ content }) => content !== "");
        if (said.length === 0) return events.open();
        await events.raw(said.map(({ content }) => dataEvent({ content })).join(""));
      },
      onRetry: (retry) => events.send("retry", retryView(retry)),
    });
    await events.raw("data: [DONE]\n\n");
  } catch (thrown) {
    // Its user knows: an end without `[DONE]` is all there is to say.
    if (turn.stopped.aborted) events.open();
    else await tellFailure(thrown);
  } finally {
    end.release();
    turn.release();
  }
  events.end();

  async function tellFailure(thrown: unknown): Promise<void> {
    events.stayClosed();
    if (!events.opened) throw thrown;
    const error = toFleetError(thrown);
    context.log.warn({ event: "chat_failed", code: error.code, err: error }, "a chat failed after it had begun");
    await events.send("error", errorAnswer(error, context.requestId, "fleet").body);
  }
}

function retryView(retry: ProviderRetry): ChatRetry {
  const { error, attempt, attemptsMax, pauseMs } = retry;
  const said = error.details?.["said"];
  return {
    ...{ code: error.code, message: retryWords(retry), attempt, attemptsMax, pauseMs },
    ...(typeof said === "string" ? { said } : {}),
  };
}
