// What containers are called in the engine, what a neighbour learns by asking its DNS, and which addresses they get.
import { randomUUID } from "node:crypto";
import Docker from "dockerode";
import { createDockerRuntime } from "../../../adapters/docker/docker-runtime.ts";
import { containerNameOf, ENGINE_LABELS, volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import type { ContainerSpec } from "../../../contracts/containers/container-runtime.ts";
import { humanTenant, tenantParts, type Tenant } from "../../../contracts/core/tenant.ts";
import { runInside } from "../../support/containers/engine.ts";
import { useTinyEngine } from "../../support/containers/tiny-agents.ts";

const docker = new Docker();
const engine = useTinyEngine("container-names");
const STOP = { graceSeconds: 1, upToGeneration: 1 };

const newTenant = (): Tenant => humanTenant(randomUUID());

function specOf(tenant: Tenant): ContainerSpec {
  return {
    ...{ tenant, name: containerNameOf(tenant, randomUUID()), volumeName: volumeNameOf(tenant), image: engine.image.tag },
    ...{ generation: 1, startId: randomUUID(), env: {}, memoryBytes: 256 * 1024 ** 2, cpus: 0.5, pidsLimit: 64 },
  };
}

test("a name that a container of ours still has is free again soon: the start may be tried again", async () => {
  const spec = specOf(newTenant());
  const ours = await docker.createContainer({
    Image: engine.image.tag,
    name: spec.name,
    Labels: { [ENGINE_LABELS.installation]: engine.installation },
  });
  await expect(engine.runtime.start(spec)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", retryable: true });
  await ours.remove({ force: true });
  expect(await engine.runtime.start(spec)).toMatchObject({ state: "running", name: spec.name });
  await engine.runtime.stopAndRemove(spec.tenant, STOP);
});

test("a neighbour that looks an address up learns nothing of whose it is", async () => {
  const [a, b] = [newTenant(), newTenant()];
  const [asking, other] = [await engine.runtime.start(specOf(a)), await engine.runtime.start(specOf(b))];
  const ask = `require("node:dns").promises.reverse(${JSON.stringify(other.address)}).then(n=>console.log(n.join()),e=>console.log(e.code))`;
  const told = await runInside(asking.engineContainerId, ["node", "-e", ask]);
  expect(told).toContain(other.name);
  expect(told).not.toContain(tenantParts(b).id);
  await Promise.all([engine.runtime.stopAndRemove(a, STOP), engine.runtime.stopAndRemove(b, STOP)]);
});

test("an address that was just released is given to nobody else for a good while, also where one is taken", async () => {
  let number = 0;
  const options = {
    installation: engine.installation,
    dockerHost: null,
    host: "local",
    nextAddressNumber: async () => (number += 1),
  };
  const counting = createDockerRuntime(options);
  const [a, b, c] = [newTenant(), newTenant(), newTenant()];
  const released = (await counting.start(specOf(a))).address;
  await counting.stopAndRemove(a, STOP);
  const next = (await counting.start(specOf(b))).address;
  expect(next).not.toBe(released);
  // A number that leads to an address in use is passed over.
  number -= 1;
  const third = (await counting.start(specOf(c))).address;
  expect([released, next]).not.toContain(third);
  await Promise.all([counting.stopAndRemove(b, STOP), counting.stopAndRemove(c, STOP)]);
});
