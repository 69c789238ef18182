// Agents that are not the caller's own, reached by a model name of OpenAI clients; another feature brings them.
import type { AgentPrincipal, HumanPrincipal } from "../../contracts/core/principal.ts";
import type { CompletionRequest } from "../../contracts/turns/chat.ts";
import type { Route, RouteContext } from "../http/define-route.ts";
import type { OpenChat } from "./begin-chat.ts";
import type { ChatDeps } from "./chat-deps.ts";

export interface OtherAgentModel {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
}

export type CompletionContext = RouteContext<"credential", unknown, unknown, unknown>;

export interface OtherAgents {
  /** Whether a model's name means one of them: then no provider of the caller is needed. */
  has(model: string | undefined): boolean;
  /** Those that the caller may chat with. */
  models(caller: HumanPrincipal | AgentPrincipal): Promise<readonly OtherAgentModel[]>;
  /** Answers a request whose model is one of them. */
  complete(deps: ChatDeps, context: CompletionContext, chat: OpenChat<CompletionRequest>): Promise<void>;
  /** Further ways to chat with them. */
  routes(deps: ChatDeps): readonly Route[];
}

export const NO_OTHER_AGENTS: OtherAgents = {
  has: () => false,
  models: async () => [],
  complete: async () => {},
  routes: () => [],
};
