// Who disabled an agent, and why. Nothing for one that is active.
import { Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { AgentView } from "../../../../contracts/agents/schema.ts";

type Disabled = Pick<AgentView, "disabledBy" | "disabledReason">;

export function DisabledWhy({ agent: { disabledBy, disabledReason } }: { readonly agent: Disabled }) {
  const t = useTranslations("ownAgents");
  if (disabledBy === null) return null;
  const text =
    disabledReason === null
      ? t(`disabledBy.${disabledBy}`)
      : t("disabledWhy", { who: t(`disabledBy.${disabledBy}`), reason: disabledReason });
  return (
    <Text size="sm" style={{ overflowWrap: "anywhere" }}>
      {text}
    </Text>
  );
}
