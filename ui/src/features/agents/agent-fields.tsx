// What an owner says about an agent: its name, what it is for, whose model providers it uses.
import { Checkbox, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslations } from "use-intl";
import { AGENT_DESCRIPTION_MAX_CHARS, AGENT_HANDLE, AGENT_HANDLE_MAX_CHARS } from "../../../../contracts/agents/facts.ts";

export interface AgentValues {
  readonly handle: string;
  readonly description: string;
  readonly usesOwnerProviders: boolean;
}

/** As they are sent. */
export function trimmed({ handle, description, usesOwnerProviders }: AgentValues): AgentValues {
  return { handle: handle.trim(), description: description.trim(), usesOwnerProviders };
}

export const isHandle = (text: string): boolean => AGENT_HANDLE.test(text.trim());

export function AgentFields({ getInputProps }: Pick<UseFormReturnType<AgentValues>, "getInputProps">) {
  const t = useTranslations("ownAgents");
  return (
    <>
      <TextInput
        label={t("handle")}
        description={t("handleHint")}
        maxLength={AGENT_HANDLE_MAX_CHARS}
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
        {...getInputProps("handle")}
      />
      <Textarea
        label={t("describe")}
        description={t("describeHint")}
        maxLength={AGENT_DESCRIPTION_MAX_CHARS}
        autosize
        minRows={2}
        maxRows={6}
        {...getInputProps("description")}
      />
      <Checkbox
        label={t("usesOwnerProviders")}
        description={t("usesOwnerProvidersHint")}
        {...getInputProps("usesOwnerProviders", { type: "checkbox" })}
      />
    </>
  );
}
