// Credentials that CI leases: pools, single credentials with their leases, what happened, and the broker's keys.
import { Button } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { LinkTabs } from "../../components/link-tabs.tsx";
import { Page } from "../../components/page.tsx";
import { LinesSkeleton } from "../../components/query-boundary.tsx";
import { CREDENTIAL_TABS, type CredentialTab } from "../../features/containers/fleet-search.ts";
import { loadFile } from "../../load-file.ts";

// Each is loaded when it is looked at.
const PoolsTab = lazy(async () => ({
  default: (await loadFile(() => import("../../features/leases/pools-tab.tsx"))).PoolsTab,
}));
const CredentialsTab = lazy(async () => ({
  default: (await loadFile(() => import("../../features/leases/credentials-tab.tsx"))).CredentialsTab,
}));
const EventsTab = lazy(async () => ({
  default: (await loadFile(() => import("../../features/leases/events-tab.tsx"))).EventsTab,
}));
const KeysTab = lazy(async () => ({ default: (await loadFile(() => import("../../features/leases/keys-tab.tsx"))).KeysTab }));
const AddCredential = lazy(async () => ({
  default: (await loadFile(() => import("../../features/leases/add-credential.tsx"))).AddCredential,
}));

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
      <Suspense fallback={<LinesSkeleton lines={4} height={64} />}>
        <Tab tab={tab} onAdd={() => setAdding(true)} />
      </Suspense>
      <Suspense fallback={null}>{isAdding ? <AddCredential onDone={() => setAdding(false)} /> : null}</Suspense>
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
