// The words for roles in a workspace, and the choice among them.
import { Select } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { WorkspaceRole } from "../../../../contracts/workspaces/workspaces.ts";

/** An admin of a workspace is not called like an administrator of the installation. */
export function useWorkspaceRoleName(): (role: WorkspaceRole) => string {
  const roles = useTranslations("roles");
  return (role) => roles(role === "admin" ? "workspaceAdmin" : role);
}

export interface WorkspaceRoleSelectProps {
  readonly label: string;
  /** For a table, whose head says what it is. */
  readonly isLabelHidden?: boolean;
  readonly roles: readonly WorkspaceRole[];
  readonly value: WorkspaceRole;
  readonly isDisabled?: boolean;
  readonly error?: string | undefined;
  readonly hint?: string | undefined;
  readonly onChange: (role: WorkspaceRole) => void;
}

export function WorkspaceRoleSelect(props: WorkspaceRoleSelectProps) {
  const { label, isLabelHidden = false, roles, value, isDisabled = false, error, hint, onChange } = props;
  const nameOf = useWorkspaceRoleName();
  return (
    <Select
      {...(isLabelHidden ? { "aria-label": label } : { label })}
      description={hint}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={roles.map((role) => ({ value: role, label: nameOf(role) }))}
      allowDeselect={false}
      disabled={isDisabled}
      error={error}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}
