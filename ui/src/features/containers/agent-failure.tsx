// Why an agent could not start, with the last lines that it printed.
import { Code, Stack, Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { ContainerView } from "../../../../contracts/containers/agent-container.ts";
import { useReasonWords } from "./use-reason-words.ts";

/** The owner's alone: agents print what they answer. */
export function AgentFailure({ agent }: { readonly agent: ContainerView }) {
  const wordsOf = useReasonWords();
  const t = useTranslations("home");
  return (
    <Stack gap="xs">
      {agent.reason === null ? null : <Text>{t("failedReason", { reason: wordsOf(agent.reason) })}</Text>}
      {agent.lastLogLines.length === 0 ? null : (
        <details>
          <summary>{t("logLines")}</summary>
          <Code block mt="xs" tabIndex={0} style={{ maxHeight: "20rem", overflow: "auto" }}>
            {agent.lastLogLines.join("\n")}
          </Code>
        </details>
      )}
    </Stack>
  );
}
