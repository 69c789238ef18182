// Creates system agents: definition, container row, provider, and the request to run, one transaction each.
import { FleetError } from "../../contracts/core/errors.ts";
import type { SystemAgentInput } from "../../contracts/installation/onboarding.ts";
import { systemTenant, type Tenant } from "../../contracts/core/tenant.ts";
import { ensureContainerRow } from "../../db/containers/containers.ts";
import { tellContainer } from "../../db/containers/container-outbox.ts";
import { insertSystemContainer, listSystemContainers } from "../../db/containers/system-containers.ts";
import { saveDefaultProvider } from "../providers/default-provider.ts";
import type { AuditedWrites } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

/**
 * Looks before anything is written, because every agent is a tenant and so a transaction of its own.
 * @throws FleetError CONFLICT, VALIDATION_FAILED
 */
export async function assertAgentsFit(
  { db, addresses }: Pick<ApiDeps, "db" | "addresses">,
  agents: readonly SystemAgentInput[],
): Promise<void> {
  for (const { provider } of agents) await addresses.assertAllowed(provider?.baseUrl);
  const existing = await db.globally(listSystemContainers);
  const names = [...existing.map(({ name }) => name), ...agents.map(({ name }) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new FleetError("CONFLICT", `A system agent named ${twice} already exists.`);
}

export async function provisionSystemAgent(
  write: AuditedWrites["write"],
  agent: SystemAgentInput,
  createdBy: string,
): Promise<Tenant> {
  const tenant = systemTenant(agent.name);
  await write(
    tenant,
    async (tx) => {
      await insertSystemContainer(tx, { ...agent, createdBy });
      await ensureContainerRow(tx);
      if (agent.provider !== undefined) await saveDefaultProvider(tx, agent.provider);
      await tellContainer(tx, { topic: "container.ensure-running" });
    },
    () => ({ targetId: tenant, detail: { role: agent.role } }),
  );
  return tenant;
}
