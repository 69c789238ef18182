// What an administrator can do about one person; what cannot be done says why.
import { ActionIcon, Button, Menu } from "@mantine/core";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { UserView } from "../../../../contracts/users.ts";
import { RefusedItem } from "../../components/refused-item.tsx";
import { useSession } from "../../shell/use-session.ts";
import { DeactivateDialog, ReactivateDialog, ResetDialog } from "./access-dialogs.tsx";
import { EditUserDialog } from "./edit-user-dialog.tsx";

type Action = "edit" | "deactivate" | "reactivate" | "reset";

export interface UserActionsProps {
  readonly user: UserView;
  /** Where there is room for a word. */
  readonly hasLabel?: boolean;
}

export function UserActions({ user, hasLabel = false }: UserActionsProps) {
  const common = useTranslations("common");
  const isSelf = useSession().user.id === user.id;
  const [asked, setAsked] = useState<Action | null>(null);
  const done = () => setAsked(null);
  return (
    <>
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
          <Items user={user} isSelf={isSelf} onAsk={setAsked} />
        </Menu.Dropdown>
      </Menu>
      {asked === "edit" ? <EditUserDialog user={user} isSelf={isSelf} onDone={done} /> : null}
      {asked === "deactivate" ? <DeactivateDialog user={user} onDone={done} /> : null}
      {asked === "reactivate" ? <ReactivateDialog user={user} onDone={done} /> : null}
      {asked === "reset" ? <ResetDialog user={user} onDone={done} /> : null}
    </>
  );
}

interface ItemsProps {
  readonly user: UserView;
  readonly isSelf: boolean;
  readonly onAsk: (action: Action) => void;
}

function Items({ user, isSelf, onAsk }: ItemsProps) {
  const t = useTranslations("users");
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
