// The OpenAI-compatible interface to the caller's agent: chat completions.
import { z } from "zod";
import { completionRequestSchema, CONVERSATION_HEADER, type CompletionRequest } from "../../contracts/turns/chat.ts";
import { CHAT_ERRORS } from "../../contracts/core/errors.ts";
import { asOpenChat, type OpenChat } from "./begin-chat.ts";
import type { ChatDeps } from "./chat-deps.ts";
import { checkChatInput } from "./check-input.ts";
import { conversationOf, newestUserMessage, readWhole } from "./completion-request.ts";
import { createEventStream } from "./event-stream.ts";
import { firstOf } from "./first-of.ts";
import type { Turn } from "./open-turn.ts";
import { retryWords, streamTurn, wholeTurn } from "./run-turn.ts";
import { createModelRoutes, OPENCLAW_MODEL } from "./completion-model-routes.ts";
import { defineRoute, type Route, type RouteContext } from "../http/define-route.ts";
import { errorAnswer, toFleetError } from "../http/error-body.ts";

export function createCompletionRoutes(deps: ChatDeps): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/v1/chat/completions",
      operationId: "createChatCompletion",
      summary: `Chat with your agent from any OpenAI client; the header ${CONVERSATION_HEADER} continues a conversation`,
      who: "credential",
      scope: "chat:send",
      rateLimit: "chat",
      audit: { none: "A chat is private; it changes nothing of the installation." },
      errorStyle: "openai",
      ownBody: completionRequestSchema,
      bodyExample: {
        model: OPENCLAW_MODEL.id,
        messages: [{ role: "user", content: "What is on my list today?" }],
        stream: true,
      },
      responses: {
        200: {
          description: "A chat completion, or its chunks as server-sent events, as OpenAI documents them.",
          contentType: ["application/json", "text/event-stream"],
        },
      },
      errors: [...CHAT_ERRORS, "NOT_FOUND", "AGENT_UNUSABLE"],
      handler: (context) =>
        asOpenChat(deps, context, {
          body: completionRequestSchema,
          needsProvider: ({ model }) => !deps.otherAgents.has(model),
          work: (chat) =>
            deps.otherAgents.has(chat.body.model)
              ? deps.otherAgents.complete(deps, context, chat)
              : complete(deps, context, chat),
        }),
    }),
    ...createModelRoutes(deps.otherAgents),
  ];
}

type Context = RouteContext<"credential", unknown, unknown, unknown>;

/** A client that disconnects cancels the call, and with it the run in the agent. */
async function complete(deps: ChatDeps, context: Context, { caller, body, ended }: OpenChat<CompletionRequest>): Promise<void> {
  const { credential, clientGone, request } = context;
  const conversation = conversationOf(request.headers[CONVERSATION_HEADER]);
  await checkChatInput(deps, caller.principal.tenant, body);
  const newest = conversation === null ? undefined : newestUserMessage(body);
  const cut = firstOf([clientGone, deps.stopping, ended]);
  const turn = {
    caller,
    credential,
    conversation,
    body: newest === undefined ? body : { ...body, messages: [newest] },
    stream: body.stream === true,
    signal: cut.signal,
  };
  const message = textOf(newest?.content);
  try {
    await (turn.stream ? passOn(deps, context, { turn, message }) : answerWhole(deps, context, { turn, message }));
  } catch (thrown) {
    // Nobody is left to tell.
    if (!clientGone.aborted) throw thrown;
  } finally {
    cut.release();
  }
}

interface OneTurn {
  readonly turn: Turn;
  /** For the case that it is asked again. */
  readonly message: string;
}

/**
 * Events go on as they come; comments stand between them while nothing comes. What only announces an answer waits for its
 * first piece, since another try has an announcement of its own.
 */
async function passOn(deps: ChatDeps, context: Context, { turn, message }: OneTurn): Promise<void> {
  const events = createEventStream(context.response, deps.timings);
  let announced: string[] = [];
  try {
    events.openSoon();
    await streamTurn(deps, turn, {
      message,
      onEvents: async (arrived) => {
        announced.push(...arrived.map(({ data }) => `data: ${data}\n\n`));
        if (arrived.every(({ isPrelude }) => isPrelude)) return events.open();
        const bytes = announced.join("");
        announced = [];
        await events.raw(bytes);
      },
      onRetry: async (retry) => {
        announced = [];
        await events.comment(retryWords(retry));
      },
    });
    await events.raw("data: [DONE]\n\n");
  } catch (thrown) {
    events.stayClosed();
    if (!events.opened) throw thrown;
    const error = toFleetError(thrown);
    context.log.warn({ event: "chat_failed", code: error.code, err: error }, "a chat failed after it had begun");
    await events.send(null, errorAnswer(error, context.requestId, "openai").body);
  }
  events.end();
}

async function answerWhole(deps: ChatDeps, { response }: Context, { turn, message }: OneTurn): Promise<void> {
  const { contentType, body } = await wholeTurn(deps, turn, { message, read: readWhole });
  response.status(200).set("content-type", contentType).end(body);
}

const textPartsSchema = z.array(z.looseObject({ text: z.string().optional() }));

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = textPartsSchema.safeParse(content);
  return parts.success ? parts.data.flatMap(({ text }) => text ?? []).join("\n") : "";
}
