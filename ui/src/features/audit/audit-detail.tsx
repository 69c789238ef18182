// Everything that is known about one event, and the way to others of the same person or thing.
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useFormatter, useTranslations } from "use-intl";
import type { AuditEventView } from "../../../../contracts/audit/audit.ts";
import { Dialog } from "../../components/dialog.tsx";
import { Fact, Facts } from "../../components/facts.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { NotGiven } from "../../components/not-given.tsx";
import { ActionCode } from "./action-code.tsx";
import { useActorName } from "./actor-name.ts";
import { useAuditSentence } from "./audit-sentence.ts";

const INDENT = 2;

export interface AuditDetailProps {
  readonly event: AuditEventView;
  readonly onOnly: (part: { readonly actorId?: string; readonly targetId?: string }) => void;
  readonly onClose: () => void;
}

export function AuditDetail({ event, onOnly, onClose }: AuditDetailProps) {
  const t = useTranslations("audit");
  const common = useTranslations("common");
  const { actorId, targetId, detail } = event;
  const hasDetail = Object.keys(detail).length > 0;
  return (
    <Dialog opened title={useAuditSentence()(event)} onClose={onClose} size="lg">
      <Stack>
        <EventFacts event={event} />
        {hasDetail ? (
          <div>
            <Text size="xs" c="dimmed" mb={4}>
              {t("detail")}
            </Text>
            <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {JSON.stringify(detail, null, INDENT)}
            </Code>
          </div>
        ) : null}
        <Group justify="flex-end">
          {actorId === null ? null : (
            <Button variant="default" onClick={() => onOnly({ actorId })}>
              {t("sameActor")}
            </Button>
          )}
          {targetId === null ? null : (
            <Button variant="default" onClick={() => onOnly({ targetId })}>
              {t("sameTarget")}
            </Button>
          )}
          <Button onClick={onClose} data-autofocus>
            {common("close")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function EventFacts({ event }: { readonly event: AuditEventView }) {
  const t = useTranslations("audit");
  const format = useFormatter();
  const nameOf = useActorName();
  const when = format.dateTime(new Date(event.occurredAt), { dateStyle: "full", timeStyle: "long" });
  const target = event.targetKind === null ? <NotGiven /> : `${event.targetKind} ${event.targetId ?? ""}`;
  return (
    <Facts>
      <Fact label={t("when")}>{when}</Fact>
      <Fact label={t("action")}>
        <ActionCode action={event.action} />
      </Fact>
      <Fact label={t("outcome")}>
        <StatusBadge status={event.outcome} />
      </Fact>
      <Fact label={t("who")}>{nameOf(event)}</Fact>
      <Fact label={t("whoId")}>{event.actorId ?? <NotGiven />}</Fact>
      <Fact label={t("target")}>{target}</Fact>
      <Fact label={t("from")}>{event.remoteAddress ?? <NotGiven />}</Fact>
      <Fact label={t("request")}>{event.requestId ?? <NotGiven />}</Fact>
    </Facts>
  );
}
