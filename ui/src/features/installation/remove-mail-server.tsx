// Asks before the mail server is forgotten.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { deleteMailServer } from "./mail-server-api.ts";
import { mailQuery } from "../people/users-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";

export function RemoveMailServer({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("system");
  const api = useApi();
  const queryClient = useQueryClient();
  const removing = useMutation({
    mutationFn: () => deleteMailServer(api),
    onSuccess: () => {
      queryClient.setQueryData(mailQuery(api).queryKey, { smtp: null });
      onDone();
    },
  });
  return (
    <ConfirmDialog
      title={t("removeTitle")}
      body={t("removeBody")}
      confirm={t("remove")}
      isBusy={removing.isPending}
      error={removing.error}
      onCancel={onDone}
      onConfirm={() => removing.mutate()}
    />
  );
}
