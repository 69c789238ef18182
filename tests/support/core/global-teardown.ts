// After the integration tests: the cluster and its data go.
import { stopCluster } from "./cluster.ts";

// oxlint-disable-next-line import/no-default-export -- Jest wants one.
export default async function tearDown(): Promise<void> {
  await stopCluster();
}
