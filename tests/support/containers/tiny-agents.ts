// Containers of an agent of a few lines on the real engine.
import { randomUUID } from "node:crypto";
import { createAgentContainerActivities } from "../../../activities/containers/agent-container.ts";
import { createDockerRuntime } from "../../../adapters/docker/docker-runtime.ts";
import type { ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { makeTinyImage } from "../core/tiny-image.ts";
import { useWorld } from "../core/use-world.ts";
import { waitFor } from "../core/wait-for.ts";
import { createContainerWorld } from "./container-world.ts";
import { removeInstallation } from "./engine.ts";
import { plainProbe } from "./plain-probe.ts";

const PATIENCE_MS = 120_000;

/** The engine alone; each file has an image of its own `name`. */
export const useTinyEngine = (name: string) => useWorld((ends) => startTinyEngine(ends, name));

export async function startTinyEngine(ends: AsyncDisposableStack, name: string, installation: string = randomUUID()) {
  const image = ends.adopt(await makeTinyImage(name), ({ remove }) => remove());
  ends.defer(() => removeInstallation(installation));
  const runtime = createDockerRuntime({ installation, dockerHost: null, host: "local" });
  await runtime.ensureNetwork(null);
  return { installation, image, runtime };
}

/** With workflows, a worker and a database. */
export const useTinyAgents = (name: string) =>
  useWorld(async (ends) => {
    const world = ends.adopt(await createContainerWorld(), ({ end }) => end());
    const { image, runtime } = await startTinyEngine(ends, name, world.installation);
    await world.work(createAgentContainerActivities(world.deps(runtime, image.tag, plainProbe)));
    ends.defer(world.rest);
    const rowOf = (tenant: Tenant) => world.api.asTenant(tenant, (tx) => findContainer(tx));
    const until = (what: string, probe: () => Promise<boolean>) => waitFor(probe, { timeoutMs: PATIENCE_MS, what });
    const phaseBecomes = (tenant: Tenant, phase: ContainerPhase) =>
      until(`it is ${phase}`, async () => (await rowOf(tenant))?.phase === phase);
    return {
      ...{ ...world, runtime, rowOf, until, phaseBecomes },
      async wake(tenant: Tenant) {
        await world.containers.ensureRunning(tenant);
        await phaseBecomes(tenant, "ready");
      },
      hasEnded: (tenant: Tenant) => until("its workflow has ended", async () => !(await world.containers.isOpen(tenant))),
    };
  });
