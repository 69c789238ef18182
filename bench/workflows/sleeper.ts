// The least that a durable timer with an entry in a record can be: what the expiry of leases is measured against.
import { proxyActivities, sleep } from "@temporalio/workflow";

const { note } = proxyActivities<{ note(name: string, atMs: number): Promise<void> }>({ startToCloseTimeout: 30_000 });

export async function sleeper(name: string, atMs: number): Promise<void> {
  await sleep(Math.max(0, atMs - Date.now()));
  await note(name, atMs);
}
