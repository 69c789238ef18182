// What was said in a conversation, as this tab has seen it.
import type { ContainerPhase } from "../../../../contracts/agent-container.ts";
import type { ApiErrorCode } from "../../api/errors.ts";

/** `waiting`: sent, and nothing of the answer yet. `queued`: sent when the answer before is whole. */
export type MessageState = "done" | "queued" | "waiting" | "answering" | "stopped" | "lost" | "failed";

export interface Failure {
  readonly code: ApiErrorCode;
  /** In the api's words, for an agent's own reason. */
  readonly message: string;
  readonly requestId: string | undefined;
  readonly retryAt: number | undefined;
}

export interface StartProgress {
  readonly phase: ContainerPhase;
  readonly startedAt: number;
}

export interface Message {
  readonly id: string;
  readonly role: "user" | "agent";
  readonly text: string;
  readonly state: MessageState;
  readonly at: number;
  readonly progress?: StartProgress | undefined;
  readonly failure?: Failure | undefined;
}

export interface Transcript {
  readonly conversationId: string;
  readonly messages: readonly Message[];
}

/** A reload cuts answers off in the page alone: the agent has gone on. */
export function afterReload(transcript: Transcript): Transcript {
  const settle = (message: Message): Message => {
    if (message.state === "answering" || message.state === "waiting") return { ...message, state: "lost", progress: undefined };
    return message.state === "queued" ? { ...message, state: "done" } : message;
  };
  return { ...transcript, messages: transcript.messages.map(settle) };
}

export function titleOf({ messages }: Transcript): string | null {
  const first = messages.find(({ role }) => role === "user");
  return first === undefined ? null : first.text.trim().slice(0, 60);
}
