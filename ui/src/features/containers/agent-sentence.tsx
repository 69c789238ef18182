// What the user's agent is doing now, in a sentence.
import { Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ContainerView } from "../../../../contracts/containers/agent-container.ts";
import { useTickingNow } from "../../components/ticker.ts";
import { ClockText } from "../../components/time-text.tsx";
import { useSession } from "../../shell/use-session.ts";
import { SENTENCE_OF_PHASE } from "./agent-state.ts";
import { RequestWords, isRequest, newestCause } from "./request-words.tsx";

const MINUTE_MS = 60_000;
/** Before that a countdown would only make people nervous. */
const COUNTDOWN_FROM_MS = 5 * MINUTE_MS;

/** Who put it into that state, where someone did. */
export function AgentAsked({ agent }: { readonly agent: ContainerView }) {
  const selfId = useSession().user.id;
  const { phase, timeline } = agent;
  const cause = newestCause(timeline);
  if (cause === undefined || !isRequest(cause)) return null;
  // Once it has started again, a restart is over.
  if (cause.cause === "restart_requested" && (phase === "ready" || phase === "asleep")) return null;
  return (
    <Text c="dimmed" style={{ overflowWrap: "anywhere" }}>
      <RequestWords event={cause} selfId={selfId} />
    </Text>
  );
}

export function AgentSentence({ agent }: { readonly agent: ContainerView }) {
  const t = useTranslations("home");
  const now = useTickingNow();
  if (agent.phase !== "ready") return t(SENTENCE_OF_PHASE[agent.phase]);
  const { sleepsAt, startedAt, lastActivityAt } = agent;
  if (sleepsAt === null || startedAt === null || lastActivityAt === null) return t("neverStarted");
  const leftMs = Date.parse(sleepsAt) - now;
  if (leftMs < COUNTDOWN_FROM_MS) return t("sleepsSoon", { minutes: Math.max(1, Math.ceil(leftMs / MINUTE_MS)) });
  const minutes = Math.round((Date.parse(sleepsAt) - Date.parse(lastActivityAt)) / MINUTE_MS);
  return t.rich("awake", { minutes, since: () => <ClockText at={startedAt} /> });
}
