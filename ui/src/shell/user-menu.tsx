// Who is signed in, and the way out.
import { Menu, Text, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import IconChevronUp from "@tabler/icons-react/dist/esm/icons/IconChevronUp.mjs";
import IconLogout from "@tabler/icons-react/dist/esm/icons/IconLogout.mjs";
import IconUser from "@tabler/icons-react/dist/esm/icons/IconUser.mjs";
import { useTranslations } from "use-intl";
import { useApi } from "../api/api-context.ts";
import { tellOtherTabs } from "../api/session-end.ts";
import { sessionKeys, signOut, type Session } from "../features/sign-in/session-api.ts";
import { Notice } from "../components/error-notice.tsx";
import { useErrorText } from "../components/use-error-text.ts";
import { forgetTranscripts } from "./forget-transcripts.ts";
import { AppearanceItems } from "./appearance-menu.tsx";
import classes from "./shell.module.css";

export function UserMenu({ user }: { readonly user: Session["user"] }) {
  const t = useTranslations("nav");
  const textOf = useErrorText();
  const leaving = useSignOut();
  return (
    <>
      {leaving.isError ? (
        <Notice tone="danger">
          {t("stillSignedIn")} {textOf(leaving.error)}
        </Notice>
      ) : null}
      <Menu position="top-start" width={216} withinPortal>
        <Menu.Target>
          <UnstyledButton className={classes["link"]} w="100%">
            <IconUser size={20} stroke={1.75} aria-hidden />
            <Text span flex={1} truncate>
              {user.name}
            </Text>
            <IconChevronUp size={16} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to="/settings/profile" leftSection={<IconUser size={16} aria-hidden />}>
            {t("profile")}
          </Menu.Item>
          <Menu.Divider />
          <AppearanceItems />
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => leaving.mutate()}>
            {t("signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** What the agent said leaves the browser with the person; but only the api can end a session, so not before it has. */
function useSignOut() {
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => signOut(api),
    onSuccess: async () => {
      forgetTranscripts();
      tellOtherTabs("signed-out");
      queryClient.clear();
      queryClient.setQueryData(sessionKeys.all, null);
      await navigate({ to: "/sign-in" });
    },
  });
}
