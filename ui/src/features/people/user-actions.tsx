// What an administrator can do about one person; what cannot be done says why.
import { ActionIcon, Button, Menu } from "@mantine/core";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/people/users.ts";
import { RefusedItem } from "../../components/refused-item.tsx";
import { useSession } from "../../shell/use-session.ts";
import { DeactivateDialog, ReactivateDialog, ResetDialog } from "./access-dialogs.tsx";
import { EditUserDialog } from "./edit-user-dialog.tsx";

type Action = "edit" | "deactivate" | "reactivate" | "reset";

export interface AskedOfUser {
  readonly user: UserView;
  readonly action: Action;
}

export interface UserMenuProps {
  readonly user: UserView;
  /** Where there is room for a word. */
  readonly hasLabel?: boolean;
  readonly onAsk: (asked: AskedOfUser) => void;
}

export function UserMenu({ user, hasLabel = false, onAsk }: UserMenuProps) {
  const common = useTranslations("common");
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        {hasLabel ? (
          <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
            {common("actions")}
          </Button>
        ) : (
          <ActionIcon variant="subtle" size={36} aria-label={common("actionsFor", { name: user.name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        <Items user={user} onAsk={(action) => onAsk({ user, action })} />
      </Menu.Dropdown>
    </Menu>
  );
}

export interface UserDialogProps {
  readonly asked: AskedOfUser;
  readonly onDone: () => void;
}

/** Not for within a row: a filtered list loses whom it is about, while it still has to show how that went. */
export function UserDialog({ asked: { user, action }, onDone }: UserDialogProps) {
  const isSelf = useSession().user.id === user.id;
  switch (action) {
    case "edit":
      return <EditUserDialog user={user} isSelf={isSelf} onDone={onDone} />;
    case "deactivate":
      return <DeactivateDialog user={user} onDone={onDone} />;
    case "reactivate":
      return <ReactivateDialog user={user} onDone={onDone} />;
    case "reset":
      return <ResetDialog user={user} onDone={onDone} />;
  }
}

interface ItemsProps {
  readonly user: UserView;
  readonly onAsk: (action: Action) => void;
}

function Items({ user, onAsk }: ItemsProps) {
  const t = useTranslations("users");
  const isSelf = useSession().user.id === user.id;
  const whyNot = isSelf ? t("selfDeactivate") : user.isLastAdmin ? t("lastAdminDeactivate") : null;
  return (
    <>
      <Menu.Item onClick={() => onAsk("edit")}>{t("edit")}</Menu.Item>
      {user.isLocalAuth && user.status === "active" && !isSelf ? (
        <Menu.Item onClick={() => onAsk("reset")}>{t("reset")}</Menu.Item>
      ) : null}
      {user.status === "deactivated" ? (
        <Menu.Item onClick={() => onAsk("reactivate")}>{t("reactivate")}</Menu.Item>
      ) : (
        <DeactivateItem whyNot={whyNot} onClick={() => onAsk("deactivate")} />
      )}
    </>
  );
}

function DeactivateItem({ whyNot, onClick }: { readonly whyNot: string | null; readonly onClick: () => void }) {
  const t = useTranslations("users");
  if (whyNot === null)
    return (
      <Menu.Item c="var(--mosaic-danger)" onClick={onClick}>
        {t("deactivate")}
      </Menu.Item>
    );
  return <RefusedItem label={t("deactivate")} reason={whyNot} />;
}
