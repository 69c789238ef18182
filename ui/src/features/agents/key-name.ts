// How a key is called in a sentence: what it is for, or the end of it when nobody said.
import { useTranslations } from "use-intl";
import type { AgentKeyView } from "../../../../contracts/agents/schema.ts";

export function useKeyName(): (key: Pick<AgentKeyView, "description" | "lastFour">) => string {
  const t = useTranslations("ownAgents");
  return ({ description, lastFour }) => (description === "" ? t("keyEnding", { lastFour }) : description);
}
