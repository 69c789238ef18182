// The first steps that every chat request shares: who calls, how many chats they have open, and when it ends.
import type { z } from "zod";
import { CHAT_BODY_LIMIT_BYTES } from "../../contracts/turns/chat.ts";
import type { AgentPrincipal, HumanPrincipal } from "../../contracts/core/principal.ts";
import { STREAMED, type RouteContext } from "../http/define-route.ts";
import { readJsonBody } from "../http/json-body.ts";
import { requestFacts } from "../http/request-facts.ts";
import { parseInput } from "../http/parse-input.ts";
import { receiveSlowly } from "../http/receive-deadlines.ts";
import { admitCaller, assertUsableProvider, type ChatCaller } from "./caller.ts";
import type { ChatDeps } from "./chat-deps.ts";

type Context = Pick<RouteContext<"credential", unknown, unknown, unknown>, "request" | "credential">;

/** A chat that was begun: for whom, what they sent, and the signal of its end. */
export interface OpenChat<B> {
  readonly caller: ChatCaller;
  readonly body: B;
  /** Aborts when the caller's session or key is revoked, or the caller deactivated. */
  readonly ended: AbortSignal;
}

interface Chat<S extends z.ZodType> {
  readonly body: S;
  /** Whether the caller's own agent answers, with a provider of theirs; it does where this is absent. */
  readonly needsProvider?: (body: z.output<S>) => boolean;
  readonly work: (chat: OpenChat<z.output<S>>) => Promise<void>;
}

/**
 * Runs `work` as one of the tenant's open chats, which counts as activity until it has ended. The body is read only once the
 * caller is known, and an end of their access is noticed from then on, however slowly it arrives.
 */
export async function asOpenChat<S extends z.ZodType>(
  deps: ChatDeps,
  context: Context,
  chat: Chat<S>,
): Promise<typeof STREAMED> {
  const caller = await admitCaller(deps.db, context.credential);
  nameCaller(context, caller.principal);
  const leave = deps.streams.enter(caller.principal.tenant);
  const share = deps.bodies.shareOf(caller.principal.tenant);
  const access = deps.access.watch({ userIds: idsOf(caller.principal), credential: caller.credential });
  receiveSlowly(context.request);
  try {
    const body = parseInput(chat.body, await readJsonBody(context.request, CHAT_BODY_LIMIT_BYTES, share), "body");
    if (chat.needsProvider?.(body) ?? true) assertUsableProvider(caller);
    await chat.work({ caller, body, ended: access.ended });
    return STREAMED;
  } finally {
    share.release();
    access.release();
    leave();
  }
}

function idsOf(caller: HumanPrincipal | AgentPrincipal): readonly string[] {
  return caller.kind === "human" ? [caller.id] : [caller.id, caller.ownerId];
}

/** For the request's log line: the router knows the caller only where it authenticates itself. */
function nameCaller({ request }: Context, principal: HumanPrincipal | AgentPrincipal): void {
  requestFacts(request).principal = principal;
}
