// Why a container is in its state, in the reader's language.
import { useTranslations } from "use-intl";
import type { ContainerReason } from "../../../../contracts/containers/container-reasons.ts";

/** The types ask for the values of all texts at once. */
const NOTHING = { attempt: "", error: "", exitCode: "", image: "", name: "", seconds: "", status: "", text: "" };

export function useReasonWords(): (reason: ContainerReason) => string {
  const t = useTranslations("containerReasons");
  const unknown = useTranslations("common")("unknown");
  return ({ code, values }) => {
    const words = Object.entries(values).map(([name, value]: [string, string | number | null]) => [
      name,
      `${value ?? unknown}`,
    ]);
    return t(code, { ...NOTHING, ...Object.fromEntries(words) });
  };
}
