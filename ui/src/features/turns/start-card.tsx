// How far the agent has come with waking up, where its answer will stand.
import { Paper, Stack, Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ContainerPhase } from "../../../../contracts/containers/agent-container.ts";
import classes from "./chat.module.css";
import type { StartProgress } from "./transcript.ts";
import { useSecondsSince } from "../../components/use-seconds.ts";

/** Starts on small machines take about fifteen seconds. */
const LONGER_AFTER_S = 30;
const MUCH_LONGER_AFTER_S = 75;

const STAGES = ["stageCreating", "stageLoading", "stageReady"] as const;
const STAGE_OF_PHASE: Readonly<Record<ContainerPhase, number>> = {
  never_started: 0,
  asleep: 0,
  stopping: 0,
  creating: 0,
  failed: 0,
  backing_off: 0,
  restarting: 0,
  booting: 1,
  ready: 2,
};
const TEXT_OF_PHASE = {
  never_started: "creating",
  creating: "creating",
  asleep: "starting",
  stopping: "starting",
  restarting: "starting",
  booting: "loading",
  ready: "ready",
  backing_off: "retrying",
  failed: "retrying",
} as const satisfies Record<ContainerPhase, string>;

export function StartCard({ progress }: { readonly progress: StartProgress }) {
  const t = useTranslations("chat");
  const seconds = useSecondsSince(progress.startedAt);
  const at = STAGE_OF_PHASE[progress.phase];
  const stateOf = (index: number) => (index < at ? "done" : index === at ? "now" : "next");
  return (
    <Paper p="md">
      <Stack gap="sm">
        <Text fw={600}>{t("startTitle")}</Text>
        <ol className={classes["segments"]}>
          {STAGES.map((stage, index) => (
            <li key={stage} className={classes["segment"]} data-state={stateOf(index)}>
              {t(stage)}
            </li>
          ))}
        </ol>
        <Text role="status">{t(TEXT_OF_PHASE[progress.phase])}</Text>
        <Text size="xs" c="dimmed" className="tabular">
          {t("seconds", { seconds })} {slowness(seconds) === null ? "" : t(slowness(seconds) ?? "longer")}
        </Text>
      </Stack>
    </Paper>
  );
}

function slowness(seconds: number): "longer" | "muchLonger" | null {
  if (seconds >= MUCH_LONGER_AFTER_S) return "muchLonger";
  return seconds >= LONGER_AFTER_S ? "longer" : null;
}
