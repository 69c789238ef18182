// What happened to a container, who requested it and why, as administrators see it.
import { Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ContainerCause } from "../../../../contracts/containers/agent-container.ts";
import type { FleetEvent } from "../../../../contracts/containers/fleet.ts";
import { RequestWords, isRequest } from "./request-words.tsx";
import { useReasonWords } from "./use-reason-words.ts";

/** The words that come with these tell more than the cause. */
const FAILURES: ReadonlySet<ContainerCause> = new Set(["crashed", "unhealthy", "start_failed"]);

export function EventWords({ event }: { readonly event: FleetEvent }) {
  const causes = useTranslations("causes");
  const t = useTranslations("container");
  const wordsOf = useReasonWords();
  const { cause, reason } = event;
  return (
    <div style={{ overflowWrap: "anywhere" }}>
      {isRequest(event) ? <RequestWords event={event} selfId={null} /> : causes(cause)}
      {FAILURES.has(cause) && reason !== null ? (
        <Text size="sm" c="dimmed">
          {t("failure", { reason: wordsOf(reason) })}
        </Text>
      ) : null}
    </div>
  );
}
