// What belongs to the installation as a whole: the isolation of agents, the mail server, outbound connections.
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { isolationQuery } from "../../features/installation/isolation-api.ts";
import { outboundQuery } from "../../features/installation/outbound-api.ts";
import { mailQuery } from "../../features/people/users-api.ts";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { IsolationCard } from "../../features/installation/isolation-card.tsx";
import { OutboundCard } from "../../features/installation/outbound-card.tsx";
import { MailServerCard } from "../../features/installation/mail-server-card.tsx";

export function SystemPage() {
  const t = useTranslations("system");
  const api = useApi();
  const isolation = useQuery(isolationQuery(api));
  const mail = useQuery(mailQuery(api));
  const outbound = useQuery(outboundQuery(api));
  return (
    <Page title={t("title")} description={t("text")} width="form">
      <Stack>
        <QueryBoundary query={isolation} skeleton={<LinesSkeleton lines={5} height={28} />} isPolled>
          {(view) => <IsolationCard engines={view.engines} />}
        </QueryBoundary>
        <QueryBoundary query={mail} skeleton={<LinesSkeleton lines={7} height={36} />}>
          {/* Another server is another form: its values start again. */}
          {({ smtp }) => <MailServerCard key={smtp === null ? "none" : "set"} server={smtp} />}
        </QueryBoundary>
        <QueryBoundary query={outbound} skeleton={<LinesSkeleton lines={7} height={36} />}>
          {(view) => <OutboundCard view={view} />}
        </QueryBoundary>
      </Stack>
    </Page>
  );
}
