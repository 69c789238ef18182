// What one's agent does now, in a sentence.
import { useTranslations } from "use-intl";
import type { ContainerView } from "../../../../contracts/agent-container.ts";
import { useTickingNow } from "../../components/ticker.ts";
import { ClockText } from "../../components/time-text.tsx";
import { SENTENCE_OF_PHASE } from "./agent-state.ts";

const MINUTE_MS = 60_000;
/** Before that a countdown would only make people nervous. */
const COUNTDOWN_FROM_MS = 5 * MINUTE_MS;

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
