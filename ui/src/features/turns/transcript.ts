// What was said in a conversation, as this tab has seen it.
import type { ContainerPhase } from "../../../../contracts/containers/agent-container.ts";
import { isContainerReason, type ContainerReason } from "../../../../contracts/containers/container-reasons.ts";
import { PROVIDER_TEST_REASONS, type ProviderTestReason } from "../../../../contracts/providers/provider-facts.ts";
import { ApiError, toApiError, type ApiErrorCode } from "../../api/errors.ts";

/**
 * `waiting`: sent, and nothing of the answer yet. `queued`: sent when the answer before is whole. Of an answer that the agent
 * goes on with: `lost` when its connection broke off, `left` when its page was closed.
 */
export type MessageState = "done" | "queued" | "waiting" | "answering" | "stopped" | "lost" | "left" | "failed";

export interface Failure {
  readonly code: ApiErrorCode;
  /** In the api's words, for an agent's own reason. */
  readonly message: string;
  readonly requestId: string | undefined;
  /** Before this time, in ms since 1970, another try is refused as well. */
  readonly retryAt: number | undefined;
  /** The model provider's own words. */
  readonly said?: string | undefined;
  /** Why the provider cannot be reached. */
  readonly reason?: ProviderTestReason | undefined;
  /** Why the agent did not start. */
  readonly containerReason?: ContainerReason | undefined;
}

export interface StartProgress {
  readonly phase: ContainerPhase;
  readonly startedAt: number;
}

/** The model provider did not answer, and is asked again. */
export interface Retry {
  readonly code: ApiErrorCode;
  readonly attempt: number;
  readonly attemptsMax: number;
  readonly said: string | undefined;
}

export interface Message {
  readonly id: string;
  readonly role: "user" | "agent";
  readonly text: string;
  readonly state: MessageState;
  readonly at: number;
  readonly progress?: StartProgress | undefined;
  readonly retry?: Retry | undefined;
  readonly failure?: Failure | undefined;
  /** Of an answer under way: it was asked to stop, or why that did not get through. */
  readonly stop?: "asked" | Failure | undefined;
}

export interface Transcript {
  readonly conversationId: string;
  readonly messages: readonly Message[];
}

/** A reload cuts answers off in the page alone: the agent has gone on. `unsent`: what still waited for the end of one. */
export function afterReload({ conversationId, messages }: Transcript): { transcript: Transcript; unsent: string } {
  const settle = (message: Message): Message =>
    isUnderWay(message) ? { ...message, state: "left", progress: undefined, retry: undefined, stop: undefined } : message;
  const [unsent, sent] = [messages.filter(isQueued), messages.filter((message) => !isQueued(message))];
  return {
    transcript: { conversationId, messages: sent.map(settle) },
    unsent: unsent.map(({ text }) => text).join("\n\n"),
  };
}

export function isUnderWay({ state }: Message): boolean {
  return state === "waiting" || state === "answering";
}

export function isQueued({ state }: Message): boolean {
  return state === "queued";
}

export function titleOf({ messages }: Transcript): string | null {
  const first = messages.find(({ role }) => role === "user");
  return first === undefined ? null : first.text.trim().slice(0, 60);
}

/** In a form that can be kept. */
export function failureOf(thrown: unknown): Failure {
  const { code, message, requestId, retryAfterMs, details } = toApiError(thrown);
  const said = typeof details["said"] === "string" ? details["said"] : undefined;
  // Of other errors it is a hint to programs: a person who tries at once is not refused for that.
  const isRefused = code === "RATE_LIMITED" && retryAfterMs !== undefined;
  const reason = PROVIDER_TEST_REASONS.find((each) => each === details["reason"]);
  const containerReason = isContainerReason(details["reason"]) ? details["reason"] : undefined;
  const retryAt = isRefused ? Date.now() + retryAfterMs : undefined;
  return { code, message, requestId, retryAt, said, reason, containerReason };
}

export function errorOf({ code, message, requestId }: Failure): ApiError {
  return new ApiError({ code, message, requestId });
}
