// Around the pages of one system agent's providers, which are those of the settings: whose they are, the way back, and the
// choice among their models.
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { systemAgentsQuery } from "../../api/fleet.ts";
import { SystemAgentSettingsDialog } from "../../features/fleet/system-agent-settings.tsx";
import { ProviderOwnerContext } from "../../features/provider/provider-owner.tsx";

export function SystemAgentLayout() {
  const t = useTranslations("systemAgents");
  const { name } = useParams({ from: "/signed-in/administration/admin/system-agents/$name/providers" });
  const agents = useQuery({ ...systemAgentsQuery(useApi()), refetchInterval: false });
  const displayName = agents.data?.find((agent) => agent.name === name)?.displayName ?? name;
  const [isChoosing, setChoosing] = useState(false);
  const owner = useMemo(() => ({ name, displayName, chooseModel: () => setChoosing(true) }), [name, displayName]);
  return (
    <ProviderOwnerContext value={owner}>
      <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/admin/system-agents" />}>
        {t("all")}
      </Anchor>
      <Outlet />
      {isChoosing ? <SystemAgentSettingsDialog agent={owner} onDone={() => setChoosing(false)} /> : null}
    </ProviderOwnerContext>
  );
}
