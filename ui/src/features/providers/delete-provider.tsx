// Deletes a provider, once it is clear what the agent loses with it.
import { Button, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/providers/provider.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { canAnswer, offers } from "./answering.ts";
import { useOwnerTexts, useProviderOwner } from "./provider-owner.tsx";

export interface DeleteProviderProps {
  readonly provider: ProviderView;
  readonly onDeleted: () => Promise<void>;
}

export function DeleteProvider({ provider, onDeleted }: DeleteProviderProps) {
  const t = useTranslations("providers");
  const { calls } = useProviderOwner();
  const [isRequest, setAsked] = useState(false);
  const deleting = useMutation({ mutationFn: () => calls.remove(provider.id), onSuccess: onDeleted });
  return (
    <>
      <Button variant="outline" color="danger" onClick={() => setAsked(true)}>
        {t("delete")}
      </Button>
      {isRequest ? (
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
  const texts = useOwnerTexts();
  const { calls } = useProviderOwner();
  const choice = useQuery(calls.choice);
  const providers = useQuery(calls.list);
  const model = choice.data?.effectiveModel ?? "";
  const others = (providers.data ?? []).filter(({ id }) => id !== provider.id);
  const isLast = providers.data !== undefined && canAnswer(providers.data) && !canAnswer(others);
  const isInUse = offers(provider, model);
  return (
    <Stack component="span" gap="xs">
      <Text span>{texts("deleteBody")}</Text>
      {isLast ? (
        <Text span fw={600}>
          {texts("deleteLast")}
        </Text>
      ) : null}
      {isInUse && !isLast ? (
        <Text span>{texts(choice.data?.primaryModel === null ? "deleteInUse" : "deleteChosen", { model })}</Text>
      ) : null}
    </Stack>
  );
}
