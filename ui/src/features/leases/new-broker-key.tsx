// A broker key, for the only time, with the variable from which the published runners read it.
import { Code, Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { CreatedBrokerKey } from "./credentials-api.ts";
import { ShowOnce } from "../../components/show-once.tsx";

/** Source: the published client's environment. */
const VARIABLES = {
  ci: "OPENCLAW_QA_CONVEX_SECRET_CI",
  maintainer: "OPENCLAW_QA_CONVEX_SECRET_MAINTAINER",
} as const;

export function NewBrokerKey({ created, onStored }: { readonly created: CreatedBrokerKey; readonly onStored: () => void }) {
  const t = useTranslations("brokerKeys");
  return (
    <ShowOnce title={t("onceTitle")} explanation={t("onceText")} secret={created.key} onStored={onStored}>
      <div>
        <Text size="sm" mb={4}>
          {t("variable")}
        </Text>
        <Code block>{VARIABLES[created.role]}</Code>
      </div>
    </ShowOnce>
  );
}
