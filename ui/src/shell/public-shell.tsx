// The frame around pages that need no session: the brand, and language and colour scheme at hand.
import { Button, Menu } from "@mantine/core";
import IconLanguage from "@tabler/icons-react/dist/esm/icons/IconLanguage.mjs";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Logo } from "../components/logo.tsx";
import { AppearanceItems } from "./appearance-menu.tsx";
import classes from "./shell.module.css";

export function PublicShell({ children }: { readonly children: ReactNode }) {
  const t = useTranslations("appearance");
  return (
    <div className={classes["public"]}>
      <header className={classes["publicTop"]}>
        <span className={classes["brand"]} style={{ padding: 0 }}>
          <Logo size={28} />
          Mosaic Fleet
        </span>
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <Button variant="subtle" aria-label={t("title")} leftSection={<IconLanguage size={18} aria-hidden />}>
              <span className={classes["publicLabel"]}>{t("title")}</span>
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <AppearanceItems />
          </Menu.Dropdown>
        </Menu>
      </header>
      <main id="content" style={{ width: "100%", display: "contents" }}>
        {children}
      </main>
    </div>
  );
}
