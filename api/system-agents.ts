// Creates system agents: definition, container row, provider, and the wish to run, one transaction each (O4).
import { FleetError } from "../contracts/errors.ts";
import type { SystemAgentInput } from "../contracts/onboarding.ts";
import { systemTenant, type Tenant } from "../contracts/tenant.ts";
import type { Database } from "../db/database.ts";
import { ensureContainerRow } from "../db/repositories/containers.ts";
import { addOutbox } from "../db/repositories/outbox.ts";
import { insertSystemContainer, listSystemContainers } from "../db/repositories/system-containers.ts";
import { saveDefaultProvider } from "./default-provider.ts";
import type { AuditedWrites } from "./define-route.ts";
import { assertProviderAddress } from "./provider-address.ts";

/**
 * Looks before anything is written, because every agent is a tenant and so a transaction of its own.
 * @throws FleetError CONFLICT, VALIDATION_FAILED
 */
export async function assertNamesFree(db: Database, agents: readonly SystemAgentInput[]): Promise<void> {
  for (const { provider } of agents) assertProviderAddress(provider?.baseUrl);
  const existing = await db.globally(listSystemContainers);
  const names = [...existing.map(({ name }) => name), ...agents.map(({ name }) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new FleetError("CONFLICT", `There is a system agent named ${twice} already.`);
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
      await addOutbox(tx, { topic: "container.ensure-running" });
    },
    () => ({ targetId: tenant, detail: { role: agent.role } }),
  );
  return tenant;
}
