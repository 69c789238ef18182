// Whether agents are kept apart, by engine: the verdict, why not, and what the probe containers tried.
import { Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { Isolation, IsolationView, ProbeFinding } from "../../../../contracts/installation/agent-isolation.ts";
import { Fact, Facts } from "../../components/facts.tsx";
import { Notice } from "../../components/error-notice.tsx";
import { TimeText } from "../../components/time-text.tsx";

export function IsolationCard({ engines }: IsolationView) {
  const t = useTranslations("system");
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <div>
          <Title order={2} size="h3">
            {t("isolation")}
          </Title>
          <Text c="dimmed">{t("isolationText")}</Text>
        </div>
        {engines.length === 0 ? <Text>{t("isolationNone")}</Text> : null}
        {engines.map(({ name, isolation }) => (
          <EngineIsolation key={name} name={name} isolation={isolation} />
        ))}
      </Stack>
    </Paper>
  );
}

function EngineIsolation({ name, isolation }: { readonly name: string; readonly isolation: Isolation }) {
  const t = useTranslations("system");
  const { state, reason, findings, checkedAt } = isolation;
  const verdict = t("isolationOn", { name, state: t(`isolationStates.${state}`) });
  return (
    <Stack gap="xs">
      {state === "broken" || state === "off" ? <Notice tone="danger">{verdict}</Notice> : <Text>{verdict}</Text>}
      {reason === null ? null : <Text>{t(`isolationReasons.${reason}`)}</Text>}
      <Facts>
        {checkedAt === null ? null : (
          <Fact label={t("isolationCheckedAt")}>
            <TimeText at={checkedAt} />
          </Fact>
        )}
        {findings.map((finding) => (
          <Finding key={`${finding.place} ${finding.target}`} finding={finding} />
        ))}
      </Facts>
    </Stack>
  );
}

function Finding({ finding: { place, target, answer } }: { readonly finding: ProbeFinding }) {
  const t = useTranslations("system");
  return (
    <Fact label={t(`isolationPlaces.${place}`)}>
      {t(`isolationAnswers.${answer}`)}
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {t("isolationAgainst", { target })}
      </Text>
    </Fact>
  );
}
