// Before the integration tests: one Postgres cluster for all of them.
import { CLUSTER_VARIABLE, startCluster, stopCluster } from "./cluster.ts";

// oxlint-disable-next-line import/no-default-export -- Jest wants one.
export default async function setUp(): Promise<void> {
  try {
    process.env[CLUSTER_VARIABLE] = JSON.stringify(await startCluster());
  } catch (error) {
    await stopCluster();
    throw error;
  }
}
