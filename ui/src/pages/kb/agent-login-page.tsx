// How a program signs in as an agent, with lines that work here as they are. Public: their reader may have no account.
import { Anchor, Code, List, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { AGENT_KEY_PATTERN } from "../../../../contracts/agents/facts.ts";
import { PageTitle } from "../../components/page.tsx";
import { Snippet } from "../../features/agents/snippet.tsx";
import { KEY_VARIABLE, READ_KEY, SNIPPET_LANGUAGES, SNIPPET_NAMES, snippetOf, whoAmI } from "../../features/agents/snippets.ts";

export function AgentLoginPage() {
  const t = useTranslations("agentLogin");
  const failures = useTranslations("failures");
  const { origin } = location;
  return (
    <Paper p={{ base: "md", sm: "xl" }} w="100%" maw="48rem">
      <Stack gap="lg">
        <PageTitle title={t("title")} />
        <Text>{t("intro")}</Text>
        <KeyPart />
        <Part title={t("checkTitle")}>
          <Text>{t("checkText")}</Text>
          <Snippet text={whoAmI(origin)} />
        </Part>
        <MessagePart origin={origin} />
        <OpenAiPart baseUrl={`${origin}/v1`} />
        <AnswersPart />
        <Part title={t("careTitle")}>
          <Text>{t("careText")}</Text>
          <Snippet text={AGENT_KEY_PATTERN} />
        </Part>
        <Text>
          <Anchor component={Link} to="/" inherit>
            {failures("home")}
          </Anchor>
        </Text>
      </Stack>
    </Paper>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <Stack gap="xs">
        <Title order={2} size="h3">
          {title}
        </Title>
        {children}
      </Stack>
    </section>
  );
}

function KeyPart() {
  const t = useTranslations("agentLogin");
  return (
    <Part title={t("keyTitle")}>
      <Text>
        <WhereKeysAre />
      </Text>
      <Text>{t("keyVariable", { variable: KEY_VARIABLE })}</Text>
      <Snippet text={READ_KEY} />
    </Part>
  );
}

function MessagePart({ origin }: { readonly origin: string }) {
  const t = useTranslations("agentLogin");
  return (
    <Part title={t("messageTitle")}>
      <Text>{t("messageText")}</Text>
      {SNIPPET_LANGUAGES.map((language) => (
        <div key={language}>
          <Title order={3} fz="sm">
            {SNIPPET_NAMES[language]}
          </Title>
          <Snippet text={snippetOf(language, origin)} />
        </div>
      ))}
    </Part>
  );
}

function WhereKeysAre() {
  const t = useTranslations("agentLogin");
  const link = (words: ReactNode) => (
    <Anchor component={Link} to="/settings/agents" underline="always" inherit>
      {words}
    </Anchor>
  );
  return t.rich("keyText", { agents: link });
}

function OpenAiSettings({ baseUrl }: { readonly baseUrl: string }) {
  const t = useTranslations("agentLogin");
  return t.rich("openaiText", { code: (words) => <Code>{words}</Code>, url: () => <Code>{baseUrl}</Code> });
}

function OpenAiPart({ baseUrl }: { readonly baseUrl: string }) {
  const t = useTranslations("agentLogin");
  return (
    <Part title={t("openaiTitle")}>
      <Text style={{ overflowWrap: "anywhere" }}>
        <OpenAiSettings baseUrl={baseUrl} />
      </Text>
    </Part>
  );
}

const ANSWERS = ["401", "403", "429"] as const;

function AnswersPart() {
  const t = useTranslations("agentLogin");
  return (
    <Part title={t("answersTitle")}>
      <List spacing="xs">
        {ANSWERS.map((status) => (
          <List.Item key={status}>
            <b>{status}</b> {t(`answers.${status}`)}
          </List.Item>
        ))}
      </List>
    </Part>
  );
}
