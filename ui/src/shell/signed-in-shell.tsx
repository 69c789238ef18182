// The frame around every page of a signed-in person.
import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet } from "@tanstack/react-router";
import IconMenu2 from "@tabler/icons-react/dist/esm/icons/IconMenu2.mjs";
import { useTranslations } from "use-intl";
import { Logo } from "../components/logo.tsx";
import { Bar } from "./bar.tsx";
import { Navigation } from "./navigation.tsx";
import classes from "./shell.module.css";
import { Shortcuts } from "./shortcuts.tsx";
import { UserMenu } from "./user-menu.tsx";
import { useIsUnsaved, useKeptAppearance } from "./use-appearance.ts";
import { useSession } from "./use-session.ts";

export function SignedInShell() {
  const t = useTranslations("nav");
  const { user } = useSession();
  const isAdmin = user.systemRole === "admin";
  useKeptAppearance();
  return (
    <div className={classes["shell"]}>
      <SkipLink />
      <aside className={classes["side"]}>
        <Brand />
        <Navigation isAdmin={isAdmin} />
        <div className={classes["foot"]}>
          <UserMenu user={user} />
        </div>
      </aside>
      <Shortcuts isAdmin={isAdmin} />
      <PhoneTop label={t("open")} isAdmin={isAdmin} user={user} />
      <main id="content" className={classes["main"]} tabIndex={-1}>
        <UnsavedAppearance />
        <Outlet />
      </main>
    </div>
  );
}

function PhoneTop({ label, isAdmin, user }: { label: string; isAdmin: boolean; user: Parameters<typeof UserMenu>[0]["user"] }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <header className={classes["top"]}>
      <ActionIcon variant="subtle" color="accent" size="lg" aria-label={label} aria-expanded={isOpen} onClick={open}>
        <IconMenu2 size={22} aria-hidden />
      </ActionIcon>
      <Brand />
      <Drawer opened={isOpen} onClose={close} size={288} title="Mosaic Fleet">
        <Navigation isAdmin={isAdmin} onNavigate={close} />
        <div className={classes["foot"]}>
          <UserMenu user={user} />
        </div>
      </Drawer>
    </header>
  );
}

export function Brand() {
  return (
    <Link to="/" className={classes["brand"]}>
      <Logo />
      Mosaic Fleet
    </Link>
  );
}

function UnsavedAppearance() {
  const t = useTranslations("appearance");
  return useIsUnsaved() ? <Bar>{t("unsaved")}</Bar> : null;
}

function SkipLink() {
  const t = useTranslations("nav");
  return (
    <a href="#content" className={classes["skip"]}>
      {t("skip")}
    </a>
  );
}
