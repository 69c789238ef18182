// The model of the user's agent, its fallbacks, and its idle time.
import { ActionIcon, Anchor, Group, Input, NumberInput, Paper, Select, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import IconArrowDown from "@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs";
import IconArrowUp from "@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useTranslations } from "use-intl";
import type { AgentConfigView } from "../../../../contracts/agent-config/agent-config.ts";
import { FALLBACKS_MAX, IDLE_TIMEOUT_LIMITS_MIN } from "../../../../contracts/agent-config/agent-limits.ts";
import type { AgentForm } from "./use-agent-form.ts";

const AUTO = "auto";

export interface ModelFieldsProps {
  readonly form: AgentForm;
  readonly config: AgentConfigView;
  readonly offered: readonly string[];
}

export function ModelFields({ form, config, offered }: ModelFieldsProps) {
  const t = useTranslations("agent");
  const providers = useTranslations("providers");
  const { primaryModel } = form.values;
  const auto = { value: AUTO, label: t("modelAuto", { model: config.effectiveModel ?? t("modelNone") }) };
  const gone =
    primaryModel === "" || offered.includes(primaryModel)
      ? []
      : [{ value: primaryModel, label: t("unoffered", { model: primaryModel }) }];
  const data = [auto, ...gone, ...offered.map((value) => ({ value, label: value }))];
  return (
    <>
      <Select
        label={t("model")}
        description={t("modelHint")}
        data={data}
        allowDeselect={false}
        searchable={offered.length > 8}
        value={primaryModel === "" ? AUTO : primaryModel}
        onChange={(value) => form.setFieldValue("primaryModel", value === null || value === AUTO ? "" : value)}
        error={form.errors["primaryModel"]}
      />
      {offered.length === 0 ? (
        <Text size="sm">
          {t("noModels")}{" "}
          <Anchor component={Link} to="/settings/providers">
            {providers("title")}
          </Anchor>
        </Text>
      ) : (
        <Fallbacks form={form} offered={offered} />
      )}
    </>
  );
}

function Fallbacks({ form, offered }: Pick<ModelFieldsProps, "form" | "offered">) {
  const t = useTranslations("agent");
  const chosen = form.values.fallbackModels;
  const left = offered.filter((model) => !chosen.includes(model) && model !== form.values.primaryModel);
  return (
    <Input.Wrapper
      label={t("fallbacks")}
      description={t("fallbacksHint")}
      labelElement="div"
      error={form.errors["fallbackModels"]}
    >
      <Stack gap="xs" mt="xs">
        {chosen.map((model, index) => (
          <FallbackRow key={model} form={form} index={index} />
        ))}
        {left.length > 0 && chosen.length < FALLBACKS_MAX ? (
          <Select
            aria-label={t("addFallback")}
            placeholder={t("addFallback")}
            data={left}
            value={null}
            onChange={(value) => value !== null && form.insertListItem("fallbackModels", value)}
          />
        ) : null}
      </Stack>
    </Input.Wrapper>
  );
}

function FallbackRow({ form, index }: { readonly form: AgentForm; readonly index: number }) {
  const t = useTranslations("agent");
  const chosen = form.values.fallbackModels;
  const model = chosen[index] ?? "";
  const move = (to: number) => form.reorderListItem("fallbackModels", { from: index, to });
  return (
    <Paper px="sm" py={4} radius="sm">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {index + 1}. {model}
        </Text>
        <Group gap={4} wrap="nowrap">
          <ActionIcon variant="subtle" aria-label={t("up", { model })} disabled={index === 0} onClick={() => move(index - 1)}>
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            aria-label={t("down", { model })}
            disabled={index === chosen.length - 1}
            onClick={() => move(index + 1)}
          >
            <IconArrowDown size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            aria-label={t("remove", { model })}
            onClick={() => form.removeListItem("fallbackModels", index)}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
    </Paper>
  );
}

export function IdleField({ form, config }: Pick<ModelFieldsProps, "form" | "config">) {
  const t = useTranslations("agent");
  return (
    <NumberInput
      label={t("idle")}
      description={t("idleHint", { minutes: config.idleTimeoutMin === null ? config.effectiveIdleTimeoutMin : 30 })}
      maw="16rem"
      allowDecimal={false}
      allowNegative={false}
      min={IDLE_TIMEOUT_LIMITS_MIN.min}
      clampBehavior="none"
      suffix={` ${t("minutes")}`}
      {...form.getInputProps("idleTimeoutMin")}
    />
  );
}
