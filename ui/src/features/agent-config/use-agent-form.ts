// The state of the agent's settings while one changes them.
import { useForm } from "@mantine/form";
import { useTranslations } from "use-intl";
import { IDLE_TIMEOUT_LIMITS_MIN, PERSONALITY_MAX_CHARS } from "../../../../contracts/agent-config/agent-limits.ts";
import type { AgentConfigUpdate, AgentConfigView } from "../../../../contracts/agent-config/agent-config.ts";

export const AGENT_FIELDS = ["primaryModel", "fallbackModels", "personality", "idleTimeoutMin"] as const;

export interface AgentValues {
  /** Empty: chosen by the rule of the installation. */
  readonly primaryModel: string;
  readonly fallbackModels: string[];
  readonly personality: string;
  /** Empty text: the installation's default. */
  readonly idleTimeoutMin: number | string;
}

export function valuesOf(config: AgentConfigView): AgentValues {
  return {
    primaryModel: config.primaryModel ?? "",
    fallbackModels: [...config.fallbackModels],
    personality: config.personality,
    idleTimeoutMin: config.idleTimeoutMin ?? "",
  };
}

export function useAgentForm(initialValues: AgentValues) {
  const t = useTranslations("fields");
  const tooLong = useTranslations("agent");
  const { min, max } = IDLE_TIMEOUT_LIMITS_MIN;
  return useForm<AgentValues>({
    initialValues,
    validateInputOnBlur: true,
    validate: {
      personality: (value) =>
        value.length > PERSONALITY_MAX_CHARS ? tooLong("tooLong", { count: value.length - PERSONALITY_MAX_CHARS }) : null,
      idleTimeoutMin: (value) => {
        if (value === "") return null;
        const minutes = Number(value);
        return Number.isInteger(minutes) && minutes >= min && minutes <= max ? null : t("number", { min, max });
      },
    },
  });
}
export type AgentForm = ReturnType<typeof useAgentForm>;

/** What was changed alone: the rest may have been changed elsewhere meanwhile. */
export function toUpdate(values: AgentValues, base: AgentValues): AgentConfigUpdate {
  const { primaryModel, fallbackModels, personality, idleTimeoutMin } = values;
  const isSameFallbacks = JSON.stringify(fallbackModels) === JSON.stringify(base.fallbackModels);
  return {
    ...(primaryModel === base.primaryModel ? {} : { primaryModel: primaryModel === "" ? null : primaryModel }),
    ...(isSameFallbacks ? {} : { fallbackModels: [...fallbackModels] }),
    ...(personality === base.personality ? {} : { personality }),
    ...(idleTimeoutMin === base.idleTimeoutMin
      ? {}
      : { idleTimeoutMin: idleTimeoutMin === "" ? null : Number(idleTimeoutMin) }),
  };
}
