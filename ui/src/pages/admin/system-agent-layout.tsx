// Around the pages of one system agent's providers, which are those of the settings: whose they are, the way back, and the
// choice among their models.
import { Anchor, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { systemAgentsQuery } from "../../features/containers/fleet-api.ts";
import { ProviderLink, ProviderOwnerContext, useProviderOwner } from "../../features/providers/provider-owner.tsx";
import { loadFile } from "../../load-file.ts";

const SystemAgentSettingsDialog = lazy(async () => ({
  default: (await loadFile(() => import("../../features/containers/system-agent-settings.tsx"))).SystemAgentSettingsDialog,
}));

export function SystemAgentLayout() {
  const { name } = useParams({ from: "/signed-in/administration/admin/system-agents/$name/providers" });
  const agents = useQuery({ ...systemAgentsQuery(useApi()), refetchInterval: false });
  const displayName = agents.data?.find((agent) => agent.name === name)?.displayName ?? name;
  const [isChoosing, setChoosing] = useState(false);
  const owner = useMemo(() => ({ name, displayName, chooseModel: () => setChoosing(true) }), [name, displayName]);
  return (
    <ProviderOwnerContext value={owner}>
      <Breadcrumb />
      <Outlet />
      <Suspense fallback={null}>
        {isChoosing ? <SystemAgentSettingsDialog agent={owner} onDone={() => setChoosing(false)} /> : null}
      </Suspense>
    </ProviderOwnerContext>
  );
}

/** Says also whose a provider is, on the page of it alone. */
function Breadcrumb() {
  const t = useTranslations("systemAgents");
  const providers = useTranslations("providers");
  const { agent } = useProviderOwner();
  const isList = useLocation({ select: ({ pathname }) => /\/providers\/?$/.test(pathname) });
  return (
    <Group gap="xs" component="nav" aria-label={t("breadcrumb")}>
      <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/admin/system-agents" />}>
        {t("all")}
      </Anchor>
      {isList || agent === null ? null : (
        <>
          <Text size="sm" c="dimmed" aria-hidden>
            /
          </Text>
          <Anchor size="sm" renderRoot={(props) => <ProviderLink {...props} place="list" />}>
            {providers("titleOf", { name: agent.displayName })}
          </Anchor>
        </>
      )}
    </Group>
  );
}
