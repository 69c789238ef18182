// Deletes a provider, once it is clear what the agent loses with it.
import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/provider.ts";
import { agentConfigQuery } from "../../api/agent-config.ts";
import { useApi } from "../../api/api-context.ts";
import { deleteProvider, providersQuery } from "../../api/providers.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { canAnswer, offers } from "./answering.ts";

export interface DeleteProviderProps {
  readonly provider: ProviderView;
  readonly onDeleted: () => Promise<void>;
}

export function DeleteProvider({ provider, onDeleted }: DeleteProviderProps) {
  const t = useTranslations("providers");
  const api = useApi();
  const [isAsked, setAsked] = useState(false);
  const deleting = useMutation({ mutationFn: () => deleteProvider(api, provider.id), onSuccess: onDeleted });
  return (
    <>
      <Button variant="outline" color="danger" onClick={() => setAsked(true)}>
        {t("delete")}
      </Button>
      {isAsked ? (
        <ConfirmDialog
          title={t("deleteTitle", { name: provider.displayName })}
          body={<Consequence provider={provider} />}
          confirm={t("delete")}
          isBusy={deleting.isPending}
          error={deleting.error}
          onCancel={() => setAsked(false)}
          onConfirm={() => deleting.mutate()}
        />
      ) : null}
    </>
  );
}

function Consequence({ provider }: Pick<DeleteProviderProps, "provider">) {
  const t = useTranslations("providers");
  const api = useApi();
  const config = useQuery(agentConfigQuery(api));
  const providers = useQuery(providersQuery(api));
  const model = config.data?.effectiveModel ?? "";
  const others = (providers.data ?? []).filter(({ id }) => id !== provider.id);
  const isLast = providers.data !== undefined && canAnswer(providers.data) && !canAnswer(others);
  const isInUse = offers(provider, model);
  return (
    <Stack component="span" gap="xs">
      <Text span>{t("deleteBody")}</Text>
      {isLast ? (
        <Text span fw={600}>
          {t("deleteLast")}
        </Text>
      ) : null}
      {isInUse && !isLast ? (
        <Text span>{config.data?.primaryModel === null ? t("deleteInUse", { model }) : t("deleteChosen", { model })}</Text>
      ) : null}
    </Stack>
  );
}
