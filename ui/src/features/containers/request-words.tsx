// Who requested a restart, a stop or a deletion, and why: “Stopped by Ana: “New image.””
import { useTranslations } from "use-intl";
import type { ContainerCause, ContainerEventView } from "../../../../contracts/containers/agent-container.ts";
import { useReasonWords } from "./use-reason-words.ts";

/** The causes that a person requests; everything else happens to a container on its own. */
const ASKED = { restart_requested: "restart", stop_requested: "stop", retired: "retire" } as const satisfies Partial<
  Record<ContainerCause, string>
>;
/** These are outcomes, not causes. */
const OUTCOMES: ReadonlySet<ContainerCause> = new Set(["started", "stopped", "gave_up"]);

type RequestCause = keyof typeof ASKED;
export type RequestEvent = ContainerEventView & { readonly cause: RequestCause };

export function isRequest(event: ContainerEventView): event is RequestEvent {
  return Object.hasOwn(ASKED, event.cause);
}

/** The newest cause of what a container does now. */
export function newestCause(timeline: readonly ContainerEventView[]): ContainerEventView | undefined {
  return timeline.find(({ cause }) => !OUTCOMES.has(cause)) ?? timeline[0];
}

export interface RequestWordsProps {
  readonly event: RequestEvent;
  /** The reader, who is called "you"; null to show all names. */
  readonly selfId: string | null;
}

export function RequestWords({ event: { cause, actor, actorName, reason }, selfId }: RequestWordsProps) {
  const t = useTranslations("asked");
  const wordsOf = useReasonWords();
  const who = actor === selfId ? t("you") : actor === "system" ? t("system") : (actorName ?? t("unknown"));
  const key = ASKED[cause];
  return reason === null ? t(key, { who }) : t(`${key}Why`, { who, reason: wordsOf(reason) });
}
