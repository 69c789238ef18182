// What an administrator can do about one person.
import { ActionIcon, Menu, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/users.ts";
import { useApi } from "../../api/api-context.ts";
import { deactivateUser, reactivateUser, resetPassword, userKeys, type NewPassword } from "../../api/users.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ShowOnce } from "../../components/show-once.tsx";
import { useSession } from "../../shell/use-session.ts";
import { EditUserDialog } from "./user-dialogs.tsx";

type Asked = "edit" | "deactivate" | "reactivate" | "reset";

export function UserActions({ user }: { readonly user: UserView }) {
  const t = useTranslations("users");
  const common = useTranslations("common");
  const isSelf = useSession().user.id === user.id;
  const [asked, setAsked] = useState<Asked | null>(null);
  const whyNot = isSelf ? t("selfDeactivate") : user.isLastAdmin ? t("lastAdminDeactivate") : null;
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <ActionIcon variant="subtle" size={36} aria-label={common("actionsFor", { name: user.name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsked("edit")}>{t("edit")}</Menu.Item>
          {user.isLocalAuth && user.status === "active" ? (
            <Menu.Item onClick={() => setAsked("reset")}>{t("reset")}</Menu.Item>
          ) : null}
          {user.status === "deactivated" ? (
            <Menu.Item onClick={() => setAsked("reactivate")}>{t("reactivate")}</Menu.Item>
          ) : (
            <Menu.Item disabled={whyNot !== null} c="var(--mosaic-danger)" onClick={() => setAsked("deactivate")}>
              {t("deactivate")}
              {whyNot === null ? null : (
                <Text size="xs" c="dimmed">
                  {whyNot}
                </Text>
              )}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {asked === "edit" ? <EditUserDialog user={user} isSelf={isSelf} onDone={() => setAsked(null)} /> : null}
      {asked === "deactivate" || asked === "reactivate" ? (
        <AccessDialog user={user} action={asked} onDone={() => setAsked(null)} />
      ) : null}
      {asked === "reset" ? <ResetDialog user={user} onDone={() => setAsked(null)} /> : null}
    </>
  );
}

interface AccessDialogProps {
  readonly user: UserView;
  readonly action: "deactivate" | "reactivate";
  readonly onDone: () => void;
}

function AccessDialog({ user, action, onDone }: AccessDialogProps) {
  const t = useTranslations("users");
  const api = useApi();
  const queryClient = useQueryClient();
  const isEnd = action === "deactivate";
  const doing = useMutation({
    mutationFn: async (reason: string) =>
      void (isEnd ? await deactivateUser(api, user.id, reason) : await reactivateUser(api, user.id)),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: userKeys.all });
    },
  });
  const { name } = user;
  return (
    <ConfirmDialog
      title={isEnd ? t("deactivateTitle", { name }) : `${t("reactivate")}: ${name}`}
      body={isEnd ? t("deactivateBody") : t("description")}
      confirm={t(action)}
      isDangerous={isEnd}
      needsReason={isEnd}
      isBusy={doing.isPending}
      error={doing.error}
      onCancel={onDone}
      onConfirm={(reason) => doing.mutate(reason)}
    />
  );
}

function ResetDialog({ user, onDone }: { readonly user: UserView; readonly onDone: () => void }) {
  const t = useTranslations("users");
  const api = useApi();
  const [fresh, setFresh] = useState<NewPassword | null>(null);
  const resetting = useMutation({ gcTime: 0, mutationFn: () => resetPassword(api, user.id), onSuccess: setFresh });
  if (fresh !== null) {
    const { username, password } = fresh;
    return <ShowOnce title={t("resetDone", { username })} explanation={t("resetText")} secret={password} onStored={onDone} />;
  }
  return (
    <ConfirmDialog
      title={t("resetTitle", { name: user.name })}
      body={t("resetBody")}
      confirm={t("reset")}
      isBusy={resetting.isPending}
      error={resetting.error}
      onCancel={onDone}
      onConfirm={() => resetting.mutate()}
    />
  );
}
