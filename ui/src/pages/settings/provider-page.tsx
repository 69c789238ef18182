// One provider: new, or with its changes. Mine, or that of the system agent that the pages around say.
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import type { OfferedModel, ProviderView } from "../../../../contracts/providers/provider.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { UnsavedNotice } from "../../components/unsaved-notice.tsx";
import { useLeaveQuestion } from "../../components/use-leave-question.ts";
import { useSavedValues } from "../../components/use-saved-values.ts";
import { DeleteProvider } from "../../features/providers/delete-provider.tsx";
import { placeOf, ProviderLink, useOwnerTexts, useProviderOwner } from "../../features/providers/provider-owner.tsx";
import { ProviderFields } from "../../features/providers/provider-fields.tsx";
import { ProviderTestPanel } from "../../features/providers/provider-test-panel.tsx";
import { newValues, toChange, toInput, valuesOf, type ProviderValues } from "../../features/providers/provider-values.ts";
import {
  offeredModels,
  useFieldRefusal,
  useModelOffer,
  useProviderForm,
  useProviderTest,
  type ProviderForm,
} from "../../features/providers/use-provider-form.ts";

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
  // At two addresses.
  const { id = "" } = useParams({ strict: false });
  const provider = useQuery(useProviderOwner().calls.one(id));
  const leave = useLeave();
  const action = provider.data === undefined ? undefined : <DeleteProvider provider={provider.data} onDeleted={leave} />;
  return (
    <Page title={provider.data?.displayName ?? t("title")} width="form" action={action}>
      <QueryBoundary query={provider}>{(saved) => <ProviderEditor key={saved.id} saved={saved} />}</QueryBoundary>
    </Page>
  );
}

function ProviderEditor({ saved }: { readonly saved: ProviderView | null }) {
  const t = useTranslations("providers");
  const common = useTranslations("common");
  const texts = useOwnerTexts();
  const form = useProviderForm(saved);
  const { base, isDirty, isOutdated, load } = useSavedValues(form, saved === null ? newValues("zai") : valuesOf(saved));
  const test = useProviderTest(form, saved);
  const offer = useModelOffer(form, saved);
  const offered = offeredModels(form, test, offer);
  const saving = useSaveProvider({ form, saved, base, offered });
  useLeaveQuestion(isDirty && !saving.isPending && !saving.isSuccess);
  return (
    <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
      <Paper p={{ base: "md", sm: "lg" }}>
        <Stack gap="lg">
          <ProviderFields form={form} saved={saved} offer={offer} offered={offered} />
          <ProviderTestPanel form={form} test={test} />
          {isOutdated ? <UnsavedNotice why="changedElsewhere" onLoad={load} /> : null}
          {saving.isError ? <ErrorNotice error={saving.error} texts={{ CONFLICT: t("taken") }} /> : null}
          <Group justify="flex-end">
            <Text size="xs" c="dimmed" flex="1 1 12rem">
              {texts("saveRestarts")}
            </Text>
            <Button variant="default" renderRoot={(props) => <ProviderLink {...props} place="list" />}>
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

interface Saving {
  readonly form: ProviderForm;
  readonly saved: ProviderView | null;
  readonly base: ProviderValues;
  readonly offered: readonly OfferedModel[];
}

function useSaveProvider({ form, saved, base, offered }: Saving) {
  const { calls } = useProviderOwner();
  const leave = useLeave();
  const testInBackground = useTestInBackground();
  return useMutation({
    // The question holds the key: it must not stay in the cache.
    gcTime: 0,
    mutationFn: (values: ProviderValues) =>
      saved === null
        ? calls.create(toInput(values, offered))
        : calls.update(saved.id, toChange(values, base, { saved: saved.models, offered })),
    onSuccess: async (stored) => {
      await leave();
      testInBackground(stored);
    },
    onError: useFieldRefusal(form),
  });
}

/** A connection that is new shows on its card how it does; that it could not be tried is shown there too, as untested. */
function useTestInBackground(): (stored: ProviderView) => void {
  const { calls } = useProviderOwner();
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (id: string) => calls.testSaved(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: calls.list.queryKey }),
  });
  return ({ id, lastTest, isActive }) => {
    if (isActive && lastTest === null) mutate(id);
  };
}

/** Back to the list, which has changed, and with it what the agent uses. */
function useLeave(): () => Promise<void> {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { agent, calls } = useProviderOwner();
  return async () => {
    await navigate({ ...placeOf(agent, "list"), ignoreBlocker: true });
    await Promise.all(calls.concerned.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  };
}
