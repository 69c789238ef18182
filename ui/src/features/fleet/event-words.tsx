// What happened to a container, who asked for it and why, as an administrator may read it.
import { Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ContainerCause } from "../../../../contracts/agent-container.ts";
import type { FleetEvent } from "../../../../contracts/fleet.ts";
import { isWrittenReason } from "../../../../contracts/owner-reasons.ts";
import { useReasonWords } from "../agent/use-reason-words.ts";

/** What somebody can ask for; all else a container does by itself. */
const ASKED: ReadonlySet<ContainerCause> = new Set(["restart_requested", "stop_requested", "retired"]);
/** The words that come with these tell more than the cause. */
const FAILURES: ReadonlySet<ContainerCause> = new Set(["crashed", "unhealthy", "start_failed"]);

export function EventWords({ event }: { readonly event: FleetEvent }) {
  const causes = useTranslations("causes");
  const t = useTranslations("container");
  const wordsOf = useReasonWords();
  const { cause, reason } = event;
  const isAsked = ASKED.has(cause);
  return (
    <div>
      {causes(cause)} {isAsked ? <Who event={event} /> : null}
      {isAsked && isWrittenReason(reason) ? (
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {t("withReason", { reason })}
        </Text>
      ) : null}
      {FAILURES.has(cause) && reason !== "" ? (
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {t("failure", { reason: wordsOf(reason) })}
        </Text>
      ) : null}
    </div>
  );
}

function Who({ event: { actor, actorName } }: { readonly event: FleetEvent }) {
  const t = useTranslations("container");
  const words = actor === "system" ? t("bySystem") : actorName === null ? t("byUnknown") : t("byPerson", { name: actorName });
  return <>{words}.</>;
}
