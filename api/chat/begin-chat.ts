// The first steps that every chat request shares: who calls, how many chats they have open, and when it ends.
import type { HumanPrincipal } from "../../contracts/principal.ts";
import { STREAMED, type RouteContext } from "../define-route.ts";
import { requestFacts } from "../middleware/request-facts.ts";
import { admitCaller, type ChatCaller } from "./caller.ts";
import type { ChatDeps } from "./chat-deps.ts";

type Context = Pick<RouteContext<unknown, unknown, unknown>, "request" | "credential">;

/**
 * Runs `work` as one of the tenant's open chats, which counts as activity until it has ended. `ended` aborts when the
 * caller's session or key is revoked, or the caller deactivated.
 */
export async function asOpenChat(
  deps: ChatDeps,
  context: Context,
  work: (caller: ChatCaller, ended: AbortSignal) => Promise<void>,
): Promise<typeof STREAMED> {
  const caller = await admitCaller(deps.db, context.credential);
  nameCaller(context, caller.principal);
  const leave = deps.streams.enter(caller.principal.tenant);
  const access = deps.access.watch({ userId: caller.principal.id, credential: caller.credential });
  try {
    await work(caller, access.ended);
    return STREAMED;
  } finally {
    access.release();
    leave();
  }
}

/** For the request's log line: the router knows the caller only where it authenticates itself. */
function nameCaller({ request }: Context, principal: HumanPrincipal): void {
  requestFacts(request).principal = principal;
}
