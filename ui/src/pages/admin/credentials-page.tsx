// Credentials that CI leases: pools, single credentials with their leases, what happened, and the broker's keys.
import { Button } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { LinkTabs } from "../../components/link-tabs.tsx";
import { Page } from "../../components/page.tsx";
import { AddCredential } from "../../features/credentials/add-credential.tsx";
import { CredentialsTab } from "../../features/credentials/credentials-tab.tsx";
import { EventsTab } from "../../features/credentials/events-tab.tsx";
import { KeysTab } from "../../features/credentials/keys-tab.tsx";
import { PoolsTab } from "../../features/credentials/pools-tab.tsx";
import { CREDENTIAL_TABS, type CredentialTab } from "../../fleet-search.ts";

export function CredentialsPage() {
  const t = useTranslations("credentials");
  const { tab = "pools" }: { readonly tab?: CredentialTab | undefined } = useSearch({ strict: false });
  const [isAdding, setAdding] = useState(false);
  const tabs = CREDENTIAL_TABS.map((each) => ({
    label: t(`tabs.${each}`),
    search: { tab: each === "pools" ? undefined : each },
    isOn: each === tab,
  }));
  const add = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
      {t("add")}
    </Button>
  );
  return (
    <Page title={t("title")} description={t("description")} action={add}>
      <LinkTabs label={t("views")} tabs={tabs} />
      <Tab tab={tab} onAdd={() => setAdding(true)} />
      {isAdding ? <AddCredential onDone={() => setAdding(false)} /> : null}
    </Page>
  );
}

function Tab({ tab, onAdd }: { readonly tab: CredentialTab; readonly onAdd: () => void }) {
  switch (tab) {
    case "pools":
      return <PoolsTab onAdd={onAdd} />;
    case "credentials":
      return <CredentialsTab />;
    case "events":
      return <EventsTab />;
    case "keys":
      return <KeysTab />;
  }
}
