import { MockActivityEnvironment } from "@temporalio/testing";
import { unlessCancelled, withHeartbeat } from "./activity-failure.ts";

const HEARTBEAT_MS = 1_000;

function controlled(): { readonly work: Promise<string>; finish(): void } {
  let finish = (): void => undefined;
  const work = new Promise<string>((resolve) => (finish = () => resolve("done")));
  return { work, finish: () => finish() };
}

test("an activity that is cancelled is over only when its work is, or that would undo what comes next", async () => {
  const environment = new MockActivityEnvironment();
  const { work, finish } = controlled();
  const order: string[] = [];
  const activity = environment
    .run(() => withHeartbeat(HEARTBEAT_MS, () => work))
    .then((result) => order.push(`reported: ${String(result)}`));
  environment.cancel();
  await new Promise((resolve) => setImmediate(resolve));
  order.push("the work ends");
  finish();
  await activity;
  expect(order).toEqual(["the work ends", "reported: done"]);
});

test("a long wait that is harmless to leave ends with the cancellation", async () => {
  const environment = new MockActivityEnvironment();
  const waiting = environment.run(() => withHeartbeat(HEARTBEAT_MS, () => unlessCancelled(controlled().work)));
  environment.cancel();
  await expect(waiting).rejects.toThrow("CANCELLED");
});
