// Chats with registered agents in the form of `/openclaw/chat`, with and without the prefix `/api`: a contract with clients outside.
import type { RegisteredGateways } from "../../adapters/openclaw/registered-gateway.ts";
import { readRegisteredEvents } from "../../adapters/openclaw/registered-gateway-events.ts";
import { openclawChatSchema, type OpenclawChat } from "../../contracts/registered-agents/registered-agent.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { toFleetError } from "../http/error-body.ts";
import { asOpenChat, type OpenChat } from "../turns/begin-chat.ts";
import type { ChatDeps } from "../turns/chat-deps.ts";
import { createEventStream, dataEvent, type EventStream } from "../turns/event-stream.ts";
import { firstOf } from "../turns/first-of.ts";
import type { CompletionContext } from "../turns/other-agents.ts";
import { PREFIXES, registryCaller } from "./registry-routes.ts";
import type { Registry } from "./registry.ts";

const WORKSPACE_LOGGED_MAX_CHARS = 200;
const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  connection: "keep-alive",
  "x-accel-buffering": "no",
} as const;

export interface ElsewhereDeps {
  readonly registry: Registry;
  readonly gateways: RegisteredGateways;
}

export function createOpenclawChatRoutes(elsewhere: ElsewhereDeps, deps: ChatDeps): readonly Route[] {
  return PREFIXES.map(({ prefix, suffix }) =>
    defineRoute({
      method: "post",
      path: `${prefix}/openclaw/chat`,
      operationId: `openclawChat${suffix}`,
      summary: "Chat with a registered agent; the whole conversation is in the request",
      who: "credential",
      scope: "chat:send",
      rateLimit: "chat",
      errorStyle: "contract",
      audit: { none: "A chat is private; it changes nothing of the installation." },
      ownBody: openclawChatSchema,
      bodyExample: { agent: "code-scout", messages: [{ role: "user", content: "What is new?" }] },
      responses: {
        200: {
          description:
            'Server-sent events: `data: {"content":"…"}` per piece of the answer, then `data: [DONE]`. A failure is `event: error` with `data: {"error":"<message>"}`, and no `[DONE]`.',
          contentType: "text/event-stream",
        },
      },
      errors: ["NOT_FOUND", "AGENT_UNUSABLE"],
      handler: (context) =>
        asOpenChat(deps, context, {
          body: openclawChatSchema,
          needsProvider: () => false,
          work: (chat) => answer(elsewhere, deps, { context, chat }),
        }),
    }),
  );
}

interface Asked {
  readonly context: CompletionContext;
  readonly chat: OpenChat<OpenclawChat>;
}

async function answer({ registry, gateways }: ElsewhereDeps, deps: ChatDeps, { context, chat }: Asked): Promise<void> {
  const { caller, body, ended } = chat;
  const workspaceId = body.workspaceId?.slice(0, WORKSPACE_LOGGED_MAX_CHARS);
  context.log.info({ event: "openclaw_chat", agent: body.agent, workspaceId }, "a chat with a registered agent");
  const target = await registry.target(registryCaller(caller.principal), body.agent);
  const events = createEventStream(context.response, { ...deps.timings, headers: HEADERS });
  const cut = firstOf([context.clientGone, deps.stopping, ended]);
  events.open();
  try {
    const request = { body: { messages: body.messages }, stream: true, signal: cut.signal };
    const { bytes } = await gateways.complete(target, request);
    for await (const arrived of readRegisteredEvents(bytes, target)) {
      const said = arrived.filter(({ content }) => content !== "");
      if (said.length > 0) await events.raw(said.map(({ content }) => dataEvent({ content })).join(""));
    }
    await events.raw("data: [DONE]\n\n");
  } catch (thrown) {
    await tellFailure(context, events, thrown);
  } finally {
    cut.release();
  }
  events.end();
}

/** Nobody is left to tell when the client has gone: then nothing is written. */
async function tellFailure({ log }: CompletionContext, events: EventStream, thrown: unknown): Promise<void> {
  const error = toFleetError(thrown);
  log.warn({ event: "chat_failed", code: error.code, err: error }, "a chat failed after it had begun");
  await events.send("error", { error: error.message });
}
