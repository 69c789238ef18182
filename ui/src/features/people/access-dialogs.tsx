// Deactivates or reactivates someone, or resets their password.
import { Checkbox, List, Stack, Text, Button, Group } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/people/users.ts";
import { useApi } from "../../api/api-context.ts";
import { deactivateUser, reactivateUser, resetPassword, resetPreviewQuery, userKeys, type NewPassword } from "./users-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ShowOnce } from "../../components/show-once.tsx";
import { DeactivationSteps } from "./deactivation-steps.tsx";

export interface UserDialogProps {
  readonly user: UserView;
  readonly onDone: () => void;
}

/** Asks; then shows how far it has come. To go away stops nothing: a workflow does the steps. */
export function DeactivateDialog({ user, onDone }: UserDialogProps) {
  const t = useTranslations("users");
  const api = useApi();
  const queryClient = useQueryClient();
  const [isBegun, setBegun] = useState(false);
  const doing = useMutation({
    mutationFn: (reason: string) => deactivateUser(api, user.id, reason),
    onSuccess: async (begun) => {
      queryClient.setQueryData(userKeys.deactivation(user.id), begun);
      setBegun(true);
      await queryClient.invalidateQueries({ queryKey: userKeys.lists });
    },
  });
  if (isBegun) return <ProgressDialog user={user} onDone={onDone} />;
  return (
    <ConfirmDialog
      title={t("deactivateTitle", { name: user.name })}
      body={<Consequences />}
      confirm={t("deactivate")}
      needsReason
      isBusy={doing.isPending}
      error={doing.error}
      errorTexts={{ CONFLICT: t("lastAdminDeactivate") }}
      onCancel={onDone}
      onConfirm={(reason) => doing.mutate(reason)}
    />
  );
}

function Consequences() {
  const t = useTranslations("users");
  const lost = ["deactivateSessions", "deactivateKeys", "deactivateAgent"] as const;
  return (
    <>
      {t("deactivateBody")}
      <List size="sm" my="xs" ps="lg">
        {lost.map((key) => (
          <List.Item key={key}>{t(key)}</List.Item>
        ))}
      </List>
      {t("deactivateKept")}
    </>
  );
}

function ProgressDialog({ user, onDone }: UserDialogProps) {
  const t = useTranslations("users");
  const common = useTranslations("common");
  return (
    <Dialog opened title={t("deactivatedTitle", { name: user.name })} onClose={onDone}>
      <Stack>
        <Text>{t("deactivatedText")}</Text>
        <DeactivationSteps userId={user.id} />
        <Group justify="flex-end">
          <Button onClick={onDone} data-autofocus>
            {common("close")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

export function ReactivateDialog({ user, onDone }: UserDialogProps) {
  const t = useTranslations("users");
  const api = useApi();
  const queryClient = useQueryClient();
  const doing = useMutation({
    mutationFn: () => reactivateUser(api, user.id),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: userKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={t("reactivateTitle", { name: user.name })}
      body={t("reactivateBody")}
      confirm={t("reactivate")}
      isDangerous={false}
      isBusy={doing.isPending}
      error={doing.error}
      onCancel={onDone}
      onConfirm={() => doing.mutate()}
    />
  );
}

export function ResetDialog({ user, onDone }: UserDialogProps) {
  const t = useTranslations("users");
  const api = useApi();
  const [fresh, setFresh] = useState<NewPassword | null>(null);
  const [revokeKeys, setRevokeKeys] = useState(false);
  // The answer holds the password: it must not stay in the cache.
  const resetting = useMutation({
    gcTime: 0,
    mutationFn: () => resetPassword(api, user.id, { revokeKeys }),
    onSuccess: setFresh,
  });
  if (fresh !== null) {
    const { username, password, keysRevoked: count } = fresh;
    const explanation = revokeKeys ? `${t("resetText")} ${t("keysRevoked", { count })}` : t("resetText");
    return <ShowOnce title={t("resetDone", { username })} explanation={explanation} secret={password} onStored={onDone} />;
  }
  return (
    <ConfirmDialog
      title={t("resetTitle", { name: user.name })}
      body={
        <>
          {t("resetBody")}
          <KeysChoice userId={user.id} isChosen={revokeKeys} onChoose={setRevokeKeys} />
        </>
      }
      confirm={t("reset")}
      isBusy={resetting.isPending}
      error={resetting.error}
      onCancel={() => (resetting.isPending ? undefined : onDone())}
      onConfirm={() => resetting.mutate()}
    />
  );
}

interface KeysChoiceProps {
  readonly userId: string;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

/** The checkbox works without the number, which may still be loading or fail to load. */
function KeysChoice({ userId, isChosen, onChoose }: KeysChoiceProps) {
  const t = useTranslations("users");
  const count = useQuery(resetPreviewQuery(useApi(), userId)).data?.keys;
  if (count === 0)
    return (
      <Text size="sm" c="dimmed" mt="md">
        {t("revokeKeysNone")}
      </Text>
    );
  return (
    <Checkbox
      mt="md"
      label={count === undefined ? t("revokeKeys") : t("revokeKeysCount", { count })}
      description={t("revokeKeysHint")}
      checked={isChosen}
      onChange={(event) => onChoose(event.currentTarget.checked)}
    />
  );
}
