// The OpenAI-compatible interface to one's own agent: chat completions and the list of models (H3).
import { z } from "zod";
import {
  completionRequestSchema,
  CONVERSATION_HEADER,
  conversationIdSchema,
  type CompletionRequest,
} from "../../contracts/chat.ts";
import { CHAT_ERRORS, FleetError } from "../../contracts/errors.ts";
import type { GatewayReply } from "../../adapters/openclaw-gateway.ts";
import { asOpenChat, type OpenChat } from "../chat/begin-chat.ts";
import type { ChatDeps } from "../chat/chat-deps.ts";
import { createEventStream } from "../chat/event-stream.ts";
import { openTurn } from "../chat/open-turn.ts";
import { defineRoute, type Route, type RouteContext } from "../define-route.ts";
import { errorAnswer, toFleetError } from "../error-body.ts";

/** One's own agent, whatever model stands behind it. */
export const OPENCLAW_MODEL = { id: "openclaw", object: "model", created: 0, owned_by: "mosaic-fleet" } as const;
/** A whole answer is kept until it is complete, so that a failure half-way is an error and not half an answer. */
const WHOLE_ANSWER_MAX_BYTES = 16 * 1024 * 1024;

const modelsSchema = z.strictObject({
  object: z.literal("list"),
  data: z.array(z.strictObject({ id: z.string(), object: z.literal("model"), created: z.number(), owned_by: z.string() })),
});

export function createCompletionRoutes(deps: ChatDeps): readonly Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/v1/chat/completions",
      operationId: "createChatCompletion",
      summary: `Chat with one's own agent through any OpenAI client; the header ${CONVERSATION_HEADER} makes it keep the conversation`,
      who: "user",
      scope: "chat:send",
      authentication: "handler",
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
      errors: CHAT_ERRORS,
      handler: (context) =>
        asOpenChat(deps, context, { body: completionRequestSchema, work: (chat) => complete(deps, context, chat) }),
    }),
    defineRoute({
      method: "get",
      path: "/v1/models",
      operationId: "listModels",
      summary: "List models for OpenAI clients: one's own agent",
      who: "user",
      scope: "chat:send",
      rateLimit: "read",
      errorStyle: "openai",
      responses: { 200: { description: "The list.", schema: modelsSchema } },
      handler: async () => ({ status: 200, body: { object: "list", data: [OPENCLAW_MODEL] } }),
    }),
  ];
}

type Context = RouteContext<unknown, unknown, unknown>;

/** A client that goes away cancels the call, and with it the run in the agent (H4). */
async function complete(deps: ChatDeps, context: Context, { caller, body, ended }: OpenChat<CompletionRequest>): Promise<void> {
  const { credential, clientGone, request } = context;
  const conversation = conversationOf(request.headers[CONVERSATION_HEADER]);
  const turn = {
    caller,
    credential,
    conversation,
    body: conversation === null ? body : { ...body, messages: [newestUserMessage(body)] },
    stream: body.stream === true,
    signal: AbortSignal.any([clientGone, deps.stopping, ended]),
  };
  try {
    const reply = await openTurn(deps, turn);
    await (turn.stream ? passOn(deps, context, reply) : answerWhole(context, reply));
  } catch (thrown) {
    // Nobody is left to tell.
    if (!clientGone.aborted) throw thrown;
  }
}

/** Bytes go on as they come; only keep-alive comments are put between their lines. */
async function passOn(deps: ChatDeps, { response, requestId, log }: Context, reply: GatewayReply): Promise<void> {
  const events = createEventStream(response, deps.timings);
  events.open();
  try {
    for await (const bytes of reply.bytes) await events.raw(bytes);
  } catch (thrown) {
    const error = toFleetError(thrown);
    log.warn({ event: "chat_failed", code: error.code, err: error }, "a chat failed after it had begun");
    await events.send(null, errorAnswer(error, requestId, "openai").body);
  }
  events.end();
}

async function answerWhole({ response }: Context, { bytes, contentType }: GatewayReply): Promise<void> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > WHOLE_ANSWER_MAX_BYTES)
      throw new FleetError("GATEWAY_ERROR", "The agent's answer is too large to be sent whole; ask for a stream.");
    chunks.push(chunk);
  }
  response.status(200).set("content-type", contentType).end(Buffer.concat(chunks));
}

/** @throws FleetError VALIDATION_FAILED */
function conversationOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const parsed = conversationIdSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? "Not a conversation id.";
  throw new FleetError("VALIDATION_FAILED", "The name of the conversation is not valid.", {
    validations: [{ path: CONVERSATION_HEADER, message }],
  });
}

/** The agent keeps the conversation: what came before would stand in its prompt twice. @throws FleetError VALIDATION_FAILED */
function newestUserMessage({ messages }: CompletionRequest): CompletionRequest["messages"][number] {
  const newest = messages.findLast(({ role }) => role === "user");
  if (newest !== undefined) return newest;
  const message = "A conversation goes on with a message of the user.";
  throw new FleetError("VALIDATION_FAILED", message, { validations: [{ path: "messages", message }] });
}
