// Warnings about settings of an agent that cannot work.
import { List } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { AgentWarning, AgentWarningCode } from "../../../../contracts/agent-config/agent-warnings.ts";
import { PROVIDER_TEST_REASONS } from "../../../../contracts/providers/provider-facts.ts";
import { Notice } from "../../components/error-notice.tsx";
import { useReasonText } from "./use-reason-text.ts";

/** Omits the warnings about the answering model, which is shown beside this. */
const SAID_OF_MODEL: ReadonlySet<AgentWarningCode> = new Set(["no_model", "primary_unknown"]);

export function AgentWarnings({ warnings }: { readonly warnings: readonly AgentWarning[] }) {
  const t = useTranslations("providers.warnings");
  const textOf = useReasonText();
  const own = warnings.filter(({ code }) => !SAID_OF_MODEL.has(code));
  if (own.length === 0) return null;
  return (
    <Notice tone="warning">
      <List size="sm" style={{ overflowWrap: "anywhere" }}>
        {own.map(({ code, values: { provider = "", model = "", reason = "" } }) => (
          <List.Item key={`${code} ${provider}${model}`}>
            {t(code, {
              provider,
              model,
              why: textOf({ reason: PROVIDER_TEST_REASONS.find((each) => each === reason) ?? null }),
            })}
          </List.Item>
        ))}
      </List>
    </Notice>
  );
}
