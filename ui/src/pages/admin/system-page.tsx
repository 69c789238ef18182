// What belongs to the installation as a whole; so far the mail server.
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { mailQuery } from "../../api/users.ts";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { MailServerCard } from "../../features/mail/mail-server-card.tsx";

export function SystemPage() {
  const t = useTranslations("system");
  const mail = useQuery(mailQuery(useApi()));
  return (
    <Page title={t("title")} description={t("text")} width="form">
      <QueryBoundary query={mail} skeleton={<LinesSkeleton lines={7} height={36} />}>
        {/* Another server is another form: its values begin anew. */}
        {({ smtp }) => <MailServerCard key={smtp === null ? "none" : "set"} server={smtp} />}
      </QueryBoundary>
    </Page>
  );
}
