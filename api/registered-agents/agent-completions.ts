// Registered agents for OpenAI clients: `model: "agent:<name>"` on `/v1/chat/completions`.
import { sessionPrefix } from "../../adapters/crypto/session-prefix.ts";
import { readRegisteredEvents } from "../../adapters/openclaw/registered-gateway-events.ts";
import type { RegisteredTarget } from "../../adapters/openclaw/registered-gateway-failures.ts";
import { AGENT_MODEL_PREFIX } from "../../contracts/registered-agents/registered-agent-facts.ts";
import { CONVERSATION_HEADER, type CompletionRequest } from "../../contracts/turns/chat.ts";
import { errorAnswer, toFleetError } from "../http/error-body.ts";
import type { OpenChat } from "../turns/begin-chat.ts";
import type { ChatDeps } from "../turns/chat-deps.ts";
import { conversationOf, newestUserMessage, readWhole } from "../turns/completion-request.ts";
import { createEventStream } from "../turns/event-stream.ts";
import { firstOf } from "../turns/first-of.ts";
import type { CompletionContext, OtherAgents } from "../turns/other-agents.ts";
import { createOpenclawChatRoutes, type ElsewhereDeps } from "./openclaw-chat-routes.ts";
import { registryCaller } from "./registry-routes.ts";

export function createAgentsElsewhere(elsewhere: ElsewhereDeps): OtherAgents {
  return {
    has: (model) => model?.startsWith(AGENT_MODEL_PREFIX) === true,
    async models(caller) {
      const agents = await elsewhere.registry.reachable(registryCaller(caller));
      return agents.map(({ name, createdAt }) => ({
        id: AGENT_MODEL_PREFIX + name,
        created: Math.floor(Date.parse(createdAt) / 1000),
      }));
    },
    complete: (deps, context, chat) => complete(elsewhere, deps, { context, chat }),
    routes: (deps) => createOpenclawChatRoutes(elsewhere, deps),
  };
}

interface Asked {
  readonly context: CompletionContext;
  readonly chat: OpenChat<CompletionRequest>;
}

/** A client that disconnects cancels the call. */
async function complete({ registry, gateways }: ElsewhereDeps, deps: ChatDeps, { context, chat }: Asked): Promise<void> {
  const { caller, body } = chat;
  const name = (body.model ?? "").slice(AGENT_MODEL_PREFIX.length);
  const target = await registry.target(registryCaller(caller.principal), name);
  const cut = firstOf([context.clientGone, deps.stopping, chat.ended]);
  const request = { body: passedOn(deps, { context, chat }), stream: body.stream === true, signal: cut.signal };
  const open = () => gateways.complete(target, request);
  try {
    await (request.stream ? passOn(deps, context, { target, open }) : answerWhole(context, open));
  } catch (thrown) {
    // Nobody is left to tell.
    if (!context.clientGone.aborted) throw thrown;
  } finally {
    cut.release();
  }
}

/**
 * The gateway keeps a conversation only where the client names one, and under a name that no other tenant's has. Then only the
 * newest message is sent.
 */
function passedOn({ db }: ChatDeps, { context, chat }: Asked): Record<string, unknown> {
  const { user: _clientsOwn, ...rest } = chat.body;
  const conversation = conversationOf(context.request.headers[CONVERSATION_HEADER]);
  if (conversation === null) return rest;
  const prefix = sessionPrefix(db.keyring.digestKey, chat.caller.principal.tenant);
  return { ...rest, messages: [newestUserMessage(chat.body)], user: `conv:${prefix}:${conversation}` };
}

type Open = () => ReturnType<ElsewhereDeps["gateways"]["complete"]>;

async function passOn(
  deps: ChatDeps,
  context: CompletionContext,
  { target, open }: { readonly target: RegisteredTarget; readonly open: Open },
): Promise<void> {
  const events = createEventStream(context.response, deps.timings);
  try {
    events.openSoon();
    const { bytes } = await open();
    for await (const arrived of readRegisteredEvents(bytes, target))
      await events.raw(arrived.map(({ data }) => `data: ${data.replaceAll("\n", "\ndata: ")}\n\n`).join(""));
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

async function answerWhole({ response }: CompletionContext, open: Open): Promise<void> {
  const { contentType, body } = await readWhole(await open());
  response.status(200).set("content-type", contentType).end(body);
}
