// Who may use this installation, and who is invited to.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import IconUserPlus from "@tabler/icons-react/dist/esm/icons/IconUserPlus.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { openInviteCountQuery } from "../../features/people/users-api.ts";
import { LinkTabs } from "../../components/link-tabs.tsx";
import { Page } from "../../components/page.tsx";
import { InviteDialog } from "../../features/people/invite-dialog.tsx";
import { InviteTable } from "../../features/people/invite-table.tsx";
import { UserTable } from "../../features/people/user-table.tsx";

export function UsersPage() {
  const t = useTranslations("users");
  const { tab } = useSearch({ from: "/signed-in/administration/admin/users" });
  const openInvites = useQuery(openInviteCountQuery(useApi()));
  const [isInviting, setInviting] = useState(false);
  const action = (
    <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={() => setInviting(true)}>
      {t("invite")}
    </Button>
  );
  const tabs = [
    { label: t("people"), search: {}, isOn: tab !== "invites" },
    { label: t("invitationsTab", { count: openInvites.data ?? 0 }), search: { tab: "invites" }, isOn: tab === "invites" },
  ];
  return (
    <Page title={t("title")} description={t("description")} action={action}>
      <LinkTabs label={t("title")} tabs={tabs} />
      {tab === "invites" ? <InviteTable /> : <UserTable />}
      {isInviting ? <InviteDialog onDone={() => setInviting(false)} /> : null}
    </Page>
  );
}
