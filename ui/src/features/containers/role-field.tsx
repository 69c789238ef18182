// What a system agent is there for.
import { Select } from "@mantine/core";
import { useTranslations } from "use-intl";
import { SYSTEM_AGENT_ROLES } from "../../../../contracts/core/closed-sets.ts";
import type { SystemAgentView } from "../../../../contracts/containers/fleet.ts";

type Role = SystemAgentView["role"];

export function RoleField({ value, onChange }: { readonly value: Role; readonly onChange: (role: Role) => void }) {
  const t = useTranslations("systemAgents");
  const roles = useTranslations("roles");
  const choose = (chosen: string | null): void => {
    const role = SYSTEM_AGENT_ROLES.find((each) => each === chosen);
    if (role !== undefined) onChange(role);
  };
  return (
    <Select
      label={t("role")}
      data={SYSTEM_AGENT_ROLES.map((each) => ({ value: each, label: roles(each) }))}
      allowDeselect={false}
      value={value}
      onChange={choose}
    />
  );
}
