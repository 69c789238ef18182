// Who may use a registered agent.
import type { Audience } from "../../contracts/registered-agents/registered-agent.ts";
import { tenantParts, type Tenant } from "../../contracts/core/tenant.ts";

export interface AudienceMember {
  readonly tenant: Tenant;
  /** Of administrators nothing is hidden: they change the rule. */
  readonly isAdministrator: boolean;
  /** Ids of those that the person is a member of. */
  readonly workspaces: readonly string[];
}

export function mayUse(audience: Audience, { tenant, isAdministrator, workspaces }: AudienceMember): boolean {
  if (audience.who === "everyone" || isAdministrator) return true;
  const { kind, id } = tenantParts(tenant);
  if (kind === "agent") return audience.agents.includes(id);
  return audience.people.includes(id) || workspaces.some((workspace) => audience.workspaces.includes(workspace));
}
