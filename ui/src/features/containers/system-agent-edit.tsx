// The name under which a system agent is shown, and its role.
import { Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "use-intl";
import type { SystemAgentView } from "../../../../contracts/containers/fleet.ts";
import { useApi } from "../../api/api-context.ts";
import { updateSystemAgent } from "./fleet-api.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { RoleField } from "./role-field.tsx";
import { useAgentChange } from "./use-agent-change.ts";

export interface EditSystemAgentProps {
  readonly agent: SystemAgentView;
  readonly onDone: () => void;
}

export function EditSystemAgent({ agent: { name, displayName, role }, onDone }: EditSystemAgentProps) {
  const t = useTranslations("systemAgents");
  const common = useTranslations("common");
  const required = useTranslations("fields")("required");
  const api = useApi();
  const form = useForm({
    initialValues: { displayName, role },
    validate: { displayName: (value) => (value.trim() === "" ? required : null) },
  });
  const saving = useAgentChange(
    (values: typeof form.values) => updateSystemAgent(api, name, { ...values, displayName: values.displayName.trim() }),
    onDone,
  );
  return (
    <Dialog opened title={t("editTitle", { name: displayName })} onClose={onDone}>
      <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
        <Stack>
          <TextInput label={t("displayName")} maxLength={255} data-autofocus {...form.getInputProps("displayName")} />
          <RoleField value={form.values.role} onChange={(next) => form.setFieldValue("role", next)} />
          {saving.isError ? <ErrorNotice error={saving.error} /> : null}
          <DialogButtons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Dialog>
  );
}
