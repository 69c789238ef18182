// What the forms about people share: the role, and what an e-mail address looks like.
import { Select } from "@mantine/core";
import { useTranslations } from "use-intl";
import { SYSTEM_ROLES, type SystemRole } from "../../../../contracts/core/principal.ts";

/** The server knows better; this catches slips. */
export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
export const NAME_MAX_CHARS = 255;

export interface RoleSelectProps {
  readonly value: SystemRole;
  readonly isDisabled?: boolean;
  readonly hint: string;
  readonly onChange: (role: SystemRole) => void;
}

export function RoleSelect({ value, isDisabled = false, hint, onChange }: RoleSelectProps) {
  const t = useTranslations("users");
  const roles = useTranslations("roles");
  return (
    <Select
      label={t("role")}
      description={hint}
      data={SYSTEM_ROLES.map((role) => ({ value: role, label: roles(role) }))}
      allowDeselect={false}
      disabled={isDisabled}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}
