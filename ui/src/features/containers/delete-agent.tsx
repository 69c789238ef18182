// Deleting your own agent: its memory cannot be brought back, so that a word has to be typed.
import { useTranslations } from "use-intl";
import { deleteAgent } from "./agent-api.ts";
import { TypedConfirmDialog } from "../../components/typed-confirm-dialog.tsx";
import { useAgentAction } from "./use-agent-action.ts";

export function DeleteAgent({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("home");
  const deleting = useAgentAction(deleteAgent, onDone);
  const word = t("deleteWord");
  return (
    <TypedConfirmDialog
      title={t("deleteTitle")}
      body={t("deleteBody")}
      word={word}
      label={t("deleteConfirm", { word })}
      mismatch={t("deleteMismatch")}
      confirm={t("delete")}
      isBusy={deleting.isPending}
      error={deleting.error}
      onCancel={onDone}
      onConfirm={() => deleting.mutate()}
    />
  );
}
