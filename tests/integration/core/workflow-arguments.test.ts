// Inputs and messages of workflows from another release or a forger: an invalid start fails immediately and visibly, and an
// invalid message changes nothing.
import { randomUUID } from "node:crypto";
import { Worker } from "@temporalio/worker";
import { AGENT_CONTAINER_WORKFLOW } from "../../../contracts/containers/agent-container.ts";
import {
  CREDENTIAL_LEASE_WORKFLOW,
  CREDENTIAL_RETENTION_WORKFLOW,
} from "../../../contracts/leases/credential-lease-workflow.ts";
import { humanTenant } from "../../../contracts/core/tenant.ts";
import { DEACTIVATE_USER_WORKFLOW } from "../../../contracts/people/users.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";
import { live, newWorld, useSkippedTime } from "../../support/core/workflow-world.ts";

const HOUR_MS = 3_600_000;
const TENANT = humanTenant(randomUUID());
const STARTED = { engineContainerId: "c1", generation: 1, host: "here", image: "agent:1", configRevision: 1 };
const environment = useSkippedTime();

async function resultOf(workflow: string, args: unknown[]): Promise<unknown> {
  const taskQueue = randomUUID();
  const { nativeConnection: connection, client } = environment;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle: await workflowBundle() });
  return await worker.runUntil(client.workflow.execute(workflow, { workflowId: randomUUID(), taskQueue, args }));
}

test.each<[string, string, unknown[]]>([
  ["a container without a tenant", AGENT_CONTAINER_WORKFLOW, [{ wish: "run" }]],
  ["a container of an invalid tenant", AGENT_CONTAINER_WORKFLOW, [{ tenant: "human:../x", wish: "run" }]],
  ["a container without anything", AGENT_CONTAINER_WORKFLOW, []],
  [
    "a container that resumes with incomplete facts",
    AGENT_CONTAINER_WORKFLOW,
    [{ tenant: TENANT, wish: "none", resume: { started: { ...STARTED, generation: undefined } } }],
  ],
  ["a lease that has no end", CREDENTIAL_LEASE_WORKFLOW, [{ leaseId: randomUUID(), credentialId: randomUUID() }]],
  ["a deactivation of nobody", DEACTIVATE_USER_WORKFLOW, [{ deactivationId: randomUUID() }]],
  ["a purge that counts words", CREDENTIAL_RETENTION_WORKFLOW, [{ leaseEvents: "many" }]],
])("%s fails immediately", async (_what, workflow, args) => {
  await expect(resultOf(workflow, args)).rejects.toMatchObject({ cause: { type: "INVALID_INPUT" } });
});

test("a container whose start requests nothing does not run", async () => {
  await expect(resultOf(AGENT_CONTAINER_WORKFLOW, [{ tenant: TENANT }])).resolves.toBeUndefined();
});

test("invalid messages do not affect a running container", async () => {
  const world = newWorld();
  world.sleepsAtMs = (await environment.currentTimeMs()) + HOUR_MS;
  await live(environment, world, async (life) => {
    await life.ensureRunning();
    for (const message of [undefined, null, "x", 7, {}, [], { intentId: 7 }, { generation: undefined }]) {
      for (const name of ["retire", "stop", "restart", "configChanged", "engineObserved"] as const) {
        await life.signal(name, message);
      }
    }
    await life.handle.result();
  });
  expect(world.starts).toHaveLength(1);
  expect(world.retired).toBe(0);
  expect(world.stops.map(({ mode }) => mode)).toEqual(["idle"]);
});
