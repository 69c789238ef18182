// Before the tests of a kind: one Postgres cluster for all of them, and a folder for what they build once and share.
import { CLUSTER_VARIABLE, startCluster, stopCluster } from "./cluster.ts";
import { SHARED_FOLDER_VARIABLE } from "./workflow-bundle.ts";

// oxlint-disable-next-line import/no-default-export -- Jest requires one.
export default async function setUp(): Promise<void> {
  try {
    const cluster = await startCluster();
    process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster);
    process.env[SHARED_FOLDER_VARIABLE] = cluster.folder;
  } catch (error) {
    await stopCluster();
    throw error;
  }
}
