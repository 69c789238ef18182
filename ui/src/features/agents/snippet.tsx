// A program to copy, and the choice of its language.
import { Code, Group, SegmentedControl } from "@mantine/core";
import { useRef } from "react";
import { useTranslations } from "use-intl";
import { CopyButton } from "../../components/copy-button.tsx";
import { SNIPPET_LANGUAGES, SNIPPET_NAMES, type SnippetLanguage } from "./snippets.ts";

export function Snippet({ text }: { readonly text: string }) {
  const shown = useRef<HTMLElement>(null);
  return (
    <div>
      <Code block ref={shown} tabIndex={0} my="xs" style={{ overflowX: "auto" }}>
        {text}
      </Code>
      <Group justify="flex-end">
        <CopyButton text={text} shown={shown} />
      </Group>
    </div>
  );
}

export interface SnippetChoiceProps {
  readonly value: SnippetLanguage;
  readonly onChange: (language: SnippetLanguage) => void;
}

export function SnippetChoice({ value, onChange }: SnippetChoiceProps) {
  const t = useTranslations("ownAgents");
  const data = SNIPPET_LANGUAGES.map((language) => ({ value: language, label: SNIPPET_NAMES[language] }));
  return <SegmentedControl aria-label={t("language")} data={data} value={value} onChange={onChange} fullWidth />;
}
