// Keeps the agents' network in the engine, on the subnet that this installation remembers.
import type { AgentNetwork, ContainerRuntime } from "../../contracts/containers/container-runtime.ts";
import type { Database } from "../../db/core/database.ts";
import { getConfig, setConfig } from "../../db/installation/system-config.ts";

/** Any fixed number will do, as long as nothing else in the database locks it: "agents' network". */
const ADVISORY_LOCK = 7_245_001;

/** Makes the network when it is missing. The lock keeps two workers from making two networks of one name. */
export async function ensureRememberedNetwork(worker: Database, runtime: ContainerRuntime): Promise<AgentNetwork> {
  return await worker.globally(async (tx) => {
    await tx.sql("SELECT pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
    const remembered = await getConfig(tx, "agents.subnet");
    const network = await runtime.ensureNetwork(remembered ?? null);
    if (network.subnet !== remembered) {
      await setConfig(tx, { key: "agents.subnet", value: network.subnet, updatedBy: null });
    }
    return network;
  });
}
