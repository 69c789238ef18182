// A new system agent: its name, what it is there for, and the provider where its model runs.
import { Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import type { SystemAgentView } from "../../../../contracts/containers/fleet.ts";
import { useApi } from "../../api/api-context.ts";
import { createSystemAgent, type NewSystemAgent } from "./fleet-api.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { LinesSkeleton } from "../../components/query-boundary.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { SYSTEM_NAME } from "./system-name.ts";
import { shortName, toInput } from "../providers/provider-values.ts";
import { offeredModels, useModelOffer, useProviderForm, useProviderTest } from "../providers/use-provider-form.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { RoleField } from "./role-field.tsx";
import { useAgentChange } from "./use-agent-change.ts";
import { loadFile } from "../../load-file.ts";

const ProviderTestPanel = lazy(async () => ({
  default: (await loadFile(() => import("../providers/provider-test-panel.tsx"))).ProviderTestPanel,
}));
const ProviderFields = lazy(async () => ({
  default: (await loadFile(() => import("../providers/provider-fields.tsx"))).ProviderFields,
}));

interface Values {
  readonly name: string;
  readonly displayName: string;
  readonly role: SystemAgentView["role"];
  readonly hasProvider: boolean;
}

export function AddSystemAgent({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("systemAgents");
  const form = useAgentForm();
  const provider = useProviderForm(null);
  const test = useProviderTest(provider, null);
  const offer = useModelOffer(provider, null);
  const offered = offeredModels(provider, test, offer);
  const adding = useAdding(() => toInput(provider.values, offered), onDone);
  const submit = form.onSubmit((values) => {
    if (!values.hasProvider) return adding.mutate(values);
    const { hasErrors, errors } = provider.validate();
    return hasErrors ? focusFirst(provider)(errors) : adding.mutate(values);
  }, focusFirst(form));
  return (
    <Dialog opened size="lg" title={t("addTitle")} onClose={() => (adding.isPending ? undefined : onDone())}>
      <form noValidate onSubmit={submit}>
        <Stack>
          <NameFields form={form} />
          <RoleField value={form.values.role} onChange={(role) => form.setFieldValue("role", role)} />
          <Switch
            label={t("withProvider")}
            description={t("withProviderHint")}
            {...form.getInputProps("hasProvider", { type: "checkbox" })}
          />
          {form.values.hasProvider ? (
            <Suspense fallback={<LinesSkeleton lines={6} height={56} />}>
              <ProviderFields form={provider} saved={null} offer={offer} offered={offered} />
              <ProviderTestPanel form={provider} test={test} />
            </Suspense>
          ) : null}
          {adding.isError ? <ErrorNotice error={adding.error} texts={{ CONFLICT: t("taken") }} /> : null}
          <DialogButtons submit={t("add")} isBusy={adding.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useAgentForm() {
  const t = useTranslations("fields");
  return useForm<Values>({
    initialValues: { name: "", displayName: "", role: "operations", hasProvider: true },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (SYSTEM_NAME.test(value) ? null : t("slug")),
      displayName: (value) => (value.trim() === "" ? t("required") : null),
    },
  });
}

function useAdding(providerInput: () => NewSystemAgent["provider"], onDone: () => void) {
  const api = useApi();
  return useAgentChange(
    ({ name, displayName, role, hasProvider }: Values) =>
      createSystemAgent(api, {
        ...{ name, role, displayName: displayName.trim() },
        ...(hasProvider ? { provider: providerInput() } : {}),
      }),
    onDone,
  );
}

/** The address follows the name that is shown, until someone writes another one. */
function NameFields({ form }: { readonly form: ReturnType<typeof useAgentForm> }) {
  const t = useTranslations("systemAgents");
  const { name, displayName } = form.values;
  const isFollowing = name === shortName(displayName);
  const onDisplayName = (value: string): void => {
    form.setFieldValue("displayName", value);
    if (isFollowing) form.setFieldValue("name", shortName(value));
  };
  return (
    <>
      <TextInput
        label={t("displayName")}
        maxLength={255}
        data-autofocus
        {...form.getInputProps("displayName")}
        onChange={(event) => onDisplayName(event.currentTarget.value)}
      />
      <TextInput
        label={t("name")}
        description={t("nameHint")}
        maxLength={63}
        spellCheck={false}
        {...form.getInputProps("name")}
      />
    </>
  );
}
