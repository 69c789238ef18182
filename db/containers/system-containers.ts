// System agents: what they are. Their containers run always.
import type { SystemAgentInput } from "../../contracts/installation/onboarding.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { systemTenant } from "../../contracts/core/tenant.ts";
import { isAgentName } from "../core/agent-names.ts";
import type { GlobalTransaction } from "../core/database.ts";
import { isUniqueViolation } from "../core/database-error.ts";
import { SystemContainer, type SystemContainerRow } from "../installation/system.ts";

/** @throws FleetError CONFLICT for a name that is taken, by a registered agent too. */
export async function insertSystemContainer(
  tx: GlobalTransaction,
  agent: Pick<SystemAgentInput, "name" | "displayName" | "role"> & { readonly createdBy: string },
): Promise<SystemContainerRow> {
  const tenant = systemTenant(agent.name);
  if (await isAgentName(tx, "registered", agent.name))
    throw new FleetError("CONFLICT", `A registered agent named ${agent.name} already exists.`);
  try {
    await tx.sql(
      "INSERT INTO mosaic.system_containers (tenant, name, display_name, role, created_by) VALUES ($1, $2, $3, $4, $5)",
      [tenant, agent.name, agent.displayName, agent.role, agent.createdBy],
    );
  } catch (cause) {
    if (isUniqueViolation(cause))
      throw new FleetError("CONFLICT", `A system agent named ${agent.name} already exists.`, { cause });
    throw cause;
  }
  return tx.em.findOneOrFail(SystemContainer, { tenant }, { disableIdentityMap: true });
}

export async function listSystemContainers(tx: GlobalTransaction): Promise<SystemContainerRow[]> {
  return tx.em.find(SystemContainer, {}, { orderBy: { name: "asc" }, disableIdentityMap: true });
}
