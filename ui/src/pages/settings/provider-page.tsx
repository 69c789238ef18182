// One provider: new, or with its changes.
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { agentConfigKeys } from "../../api/agent-config.ts";
import { agentKeys } from "../../api/agent.ts";
import { useApi } from "../../api/api-context.ts";
import { createProvider, deleteProvider, providerKeys, providerQuery, updateProvider } from "../../api/providers.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { fieldErrors, focusFirst } from "../../components/field-errors.ts";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { ProviderFields } from "../../features/provider/provider-fields.tsx";
import { ProviderTestPanel } from "../../features/provider/provider-test-panel.tsx";
import { toChange, toInput, type ProviderValues } from "../../features/provider/provider-values.ts";
import {
  PROVIDER_FIELDS,
  useProviderForm,
  useProviderTest,
  type ProviderForm,
} from "../../features/provider/use-provider-form.ts";

export function NewProviderPage() {
  const t = useTranslations("providers");
  return (
    <Page title={t("newTitle")} width="form">
      <ProviderEditor saved={null} />
    </Page>
  );
}

export function ProviderPage() {
  const t = useTranslations("providers");
  const { id } = useParams({ from: "/signed-in/settings/providers/$id" });
  const provider = useQuery(providerQuery(useApi(), id));
  return (
    <Page title={provider.data?.displayName ?? t("title")} width="form" action={<DeleteButton provider={provider.data} />}>
      <QueryBoundary query={provider}>{(saved) => <ProviderEditor key={saved.updatedAt} saved={saved} />}</QueryBoundary>
    </Page>
  );
}

function ProviderEditor({ saved }: { readonly saved: ProviderView | null }) {
  const t = useTranslations("providers");
  const common = useTranslations("common");
  const form = useProviderForm(saved);
  const test = useProviderTest(form, saved);
  const saving = useSaveProvider(form, saved);
  const offered = test.data?.result.models ?? [];
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <Paper p={{ base: "md", sm: "lg" }}>
        <Stack gap="lg">
          <ProviderFields form={form} saved={saved} offered={offered} />
          <ProviderTestPanel form={form} test={test} />
          {saving.isError ? <ErrorNotice error={saving.error} texts={{ CONFLICT: t("taken") }} /> : null}
          <Group justify="flex-end">
            <Text size="xs" c="dimmed" flex="1 1 12rem">
              {t("saveRestarts")}
            </Text>
            <Button component={Link} to="/settings/providers" variant="default">
              {common("cancel")}
            </Button>
            <Button type="submit" loading={saving.isPending}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </form>
  );
}

function useSaveProvider(form: ProviderForm, saved: ProviderView | null) {
  const api = useApi();
  const refused = useTranslations("fields")("other");
  const leave = useLeave();
  return useMutation({
    mutationFn: (values: ProviderValues) =>
      saved === null ? createProvider(api, toInput(values)) : updateProvider(api, saved.id, toChange(values, saved)),
    onSuccess: leave,
    onError: (error) => form.setErrors(fieldErrors(error, PROVIDER_FIELDS, refused)),
  });
}

/** Back to the list, which has changed, and with it what the agent uses. */
function useLeave(): () => Promise<void> {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await navigate({ to: "/settings/providers" });
    const changed = [providerKeys.all, agentConfigKeys.all, agentKeys.all];
    await Promise.all(changed.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  };
}

function DeleteButton({ provider }: { readonly provider: ProviderView | undefined }) {
  const t = useTranslations("providers");
  const api = useApi();
  const leave = useLeave();
  const [isAsked, setAsked] = useState(false);
  const deleting = useMutation({ mutationFn: (id: string) => deleteProvider(api, id), onSuccess: leave });
  if (provider === undefined) return null;
  return (
    <>
      <Button variant="outline" color="danger" onClick={() => setAsked(true)}>
        {t("delete")}
      </Button>
      {isAsked ? (
        <ConfirmDialog
          title={t("deleteTitle", { name: provider.displayName })}
          body={t("deleteBody")}
          confirm={t("delete")}
          isBusy={deleting.isPending}
          error={deleting.error}
          onCancel={() => setAsked(false)}
          onConfirm={() => deleting.mutate(provider.id)}
        />
      ) : null}
    </>
  );
}
