// One container: what it does, why, what comes next, and what happened before. No logs: agents print what they answer.
import { Anchor, Code, Paper, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import IconChevronLeft from "@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs";
import { useTranslations } from "use-intl";
import type { FleetContainerDetail } from "../../../../contracts/containers/fleet.ts";
import { useApi } from "../../api/api-context.ts";
import { isCode } from "../../api/errors.ts";
import { containerQuery } from "../../features/containers/fleet-api.ts";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { ContainerNow, isChangeWaiting } from "../../features/containers/container-now.tsx";
import { Fact, Facts } from "../../components/facts.tsx";
import { NotGiven } from "../../components/not-given.tsx";
import { FleetTimeline } from "../../features/containers/fleet-timeline.tsx";
import { WorkflowLink } from "../../features/containers/workflow-link.tsx";
import { NotFoundPage } from "../../shell/failure-pages.tsx";

const PADDING = { base: "md", sm: "lg" } as const;

export function ContainerPage() {
  const t = useTranslations("container");
  const fleet = useTranslations("fleet");
  const { containerId = "" } = useParams({ strict: false });
  const container = useQuery(containerQuery(useApi(), containerId));
  if (isCode(container.error, "NOT_FOUND")) return <NotFoundPage />;
  const name = container.data?.ownerName;
  const back = (
    <Anchor component={Link} to="/admin/fleet" size="sm">
      <IconChevronLeft size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> {t("back")}
    </Anchor>
  );
  return (
    <Page title={name === undefined ? fleet("title") : t("title", { name })} description={back}>
      <QueryBoundary query={container} isPolled skeleton={<LinesSkeleton lines={4} height={64} />}>
        {(data) => (
          <Stack gap="lg" maw="60rem">
            <ContainerNow container={data} />
            <Details container={data} />
            <Paper p={PADDING}>
              <Title order={2} size="h3" mb="sm">
                {t("history")}
              </Title>
              <FleetTimeline events={data.timeline} />
            </Paper>
          </Stack>
        )}
      </QueryBoundary>
    </Page>
  );
}

function Details({ container }: { readonly container: FleetContainerDetail }) {
  const t = useTranslations("container");
  const fleet = useTranslations("fleet");
  const { name, host, image, generation, startedAt, lastActivityAt, statusChangedAt, status } = container;
  return (
    <Paper p={PADDING}>
      <Title order={2} size="h3" mb="sm">
        {t("details")}
      </Title>
      <Facts>
        <Fact label={t("changedAt")}>
          <TimeText at={statusChangedAt} />
        </Fact>
        {lastActivityAt === null ? null : (
          <Fact label={fleet("lastActivity")}>
            <TimeText at={lastActivityAt} />
          </Fact>
        )}
        {status !== "running" || startedAt === null ? null : (
          <Fact label={t("startedAt")}>
            <TimeText at={startedAt} />
          </Fact>
        )}
        <Fact label={fleet("kind")}>{fleet(`kinds.${container.kind}`)}</Fact>
        <Fact label={fleet("name")}>
          <Code>{name}</Code>
        </Fact>
        <Fact label={fleet("host")}>{host ?? fleet("noHost")}</Fact>
        <Fact label={fleet("image")}>{image ?? <NotGiven />}</Fact>
        <Fact label={t("starts")}>{generation}</Fact>
        <Fact label={t("settings")}>
          <SettingsRevision container={container} />
        </Fact>
        <WorkflowFact container={container} />
      </Facts>
    </Paper>
  );
}

function WorkflowFact({ container }: { readonly container: FleetContainerDetail }) {
  const t = useTranslations("container");
  return (
    <Fact label={t("workflowId")}>
      <Code>{container.workflowId}</Code>
      <br />
      <WorkflowLink container={container} />
    </Fact>
  );
}

function SettingsRevision({ container }: { readonly container: FleetContainerDetail }) {
  const t = useTranslations("container");
  const { status, configRevision: desired, appliedRevision: applied } = container;
  if (status !== "running" || applied === null) return t("settingsWaiting", { desired });
  return isChangeWaiting(container) ? t("settingsPending", { desired, applied }) : t("settingsApplied", { revision: applied });
}
