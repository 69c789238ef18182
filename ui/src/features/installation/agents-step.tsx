// Agents of the installation itself; may be left for later.
import { ActionIcon, Button, Group, Paper, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { useTranslations } from "use-intl";
import { SYSTEM_AGENT_ROLES } from "../../../../contracts/core/closed-sets.ts";
import { useApi } from "../../api/api-context.ts";
import { setUpSystemAgents, type SystemAgents } from "./onboarding-api.ts";
import { focusFirst } from "../../components/field-errors.ts";
import { SYSTEM_NAME } from "../containers/system-name.ts";
import { StepFrame } from "./step-frame.tsx";

const FIRST = { name: "operations", displayName: "Operations", role: "operations" } as const;
const NEXT = { name: "", displayName: "", role: "monitor" } as const;
const AGENTS_MAX = 20;

export function AgentsStep({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("onboarding");
  const api = useApi();
  const form = useAgentsForm();
  const saving = useMutation({ mutationFn: (values: SystemAgents) => setUpSystemAgents(api, values), onSuccess: onDone });
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <StepFrame title={t("agentsTitle")} text={t("agentsText")} error={saving.error} isBusy={saving.isPending} onSkip={onDone}>
        <Stack>
          {form.values.agents.map((_, index) => (
            <AgentRow key={index} form={form} index={index} />
          ))}
        </Stack>
        {form.values.agents.length < AGENTS_MAX ? (
          <Button
            variant="subtle"
            style={{ alignSelf: "flex-start" }}
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => form.insertListItem("agents", NEXT)}
          >
            {t("addAgent")}
          </Button>
        ) : null}
      </StepFrame>
    </form>
  );
}

function useAgentsForm() {
  const t = useTranslations("fields");
  return useForm<SystemAgents>({
    initialValues: { agents: [FIRST] },
    validate: {
      agents: {
        name: (value) => (SYSTEM_NAME.test(value) ? null : t("slug")),
        displayName: (value) => (value.trim() === "" ? t("required") : null),
      },
    },
  });
}

function AgentRow({ form, index }: { readonly form: ReturnType<typeof useAgentsForm>; readonly index: number }) {
  const t = useTranslations("onboarding");
  const roles = useTranslations("roles");
  const at = `agents.${index}` as const;
  const name = form.values.agents[index]?.name ?? "";
  return (
    <Paper p="sm" radius="sm">
      <Group align="flex-start" gap="sm">
        <TextInput label={t("agentName")} flex="1 1 9rem" spellCheck={false} {...form.getInputProps(`${at}.name`)} />
        <TextInput label={t("agentDisplayName")} flex="1 1 9rem" {...form.getInputProps(`${at}.displayName`)} />
        <Select
          label={t("agentRole")}
          flex="1 1 9rem"
          allowDeselect={false}
          data={SYSTEM_AGENT_ROLES.map((value) => ({ value, label: roles(value) }))}
          {...form.getInputProps(`${at}.role`)}
        />
        {form.values.agents.length > 1 ? (
          <ActionIcon
            variant="subtle"
            size={36}
            mt={24}
            aria-label={t("removeAgent", { name })}
            onClick={() => form.removeListItem("agents", index)}
          >
            <IconX size={18} aria-hidden />
          </ActionIcon>
        ) : null}
      </Group>
    </Paper>
  );
}
