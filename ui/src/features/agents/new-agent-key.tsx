// An agent's key, for the only time, with programs that use it.
import { Anchor, Code, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { AgentKeyCreated } from "../../../../contracts/agents/schema.ts";
import { ShowOnce } from "../../components/show-once.tsx";
import { SnippetChoice } from "./snippet.tsx";
import { KEY_VARIABLE, snippetOf, type SnippetLanguage } from "./snippets.ts";

export interface NewAgentKeyProps {
  readonly created: AgentKeyCreated;
  /** More about this key, such as how long the old one still works. */
  readonly remark?: string | undefined;
  readonly onStored: () => void;
}

export function NewAgentKey({ created, remark, onStored }: NewAgentKeyProps) {
  const t = useTranslations("ownAgents");
  const [language, setLanguage] = useState<SnippetLanguage>("curl");
  const explanation = remark === undefined ? t("onceText") : `${t("onceText")} ${remark}`;
  return (
    <ShowOnce title={t("onceTitle")} explanation={explanation} secret={created.apiKey} onStored={onStored}>
      <div>
        <Text size="sm" mb="xs">
          {t("onceTry", { variable: KEY_VARIABLE })}
        </Text>
        <SnippetChoice value={language} onChange={setLanguage} />
        {/* Without a button of its own to copy it: here that button is the key's. */}
        <Code block tabIndex={0} my="xs">
          {snippetOf(language, location.origin)}
        </Code>
        <Text size="sm" mt="xs">
          {/* In a tab of its own: this dialog shows a key that cannot be shown again. */}
          <Anchor href="/kb/agent-login" target="_blank" rel="noopener" inherit>
            {t("instructions")}
          </Anchor>
        </Text>
      </div>
    </ShowOnce>
  );
}
