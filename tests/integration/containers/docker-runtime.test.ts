// The container runtime on the real engine, with a small image.
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import Docker from "dockerode";
import { createDockerRuntime } from "../../../adapters/docker/docker-runtime.ts";
import { containerNameOf, ENGINE_LABELS, GATEWAY_PORT, volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import type { ContainerSpec, EngineEvent } from "../../../contracts/containers/container-runtime.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { connectFromInside, removeInstallation, runInside } from "../../support/containers/engine.ts";
import { useTinyEngine } from "../../support/containers/tiny-agents.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const docker = new Docker();
const engine = useTinyEngine("docker-runtime");
const PATIENCE_MS = 120_000;
/** No start of these tests has a higher generation, except where it says so. */
const NEWEST = 2;
const STOP = { graceSeconds: 1, upToGeneration: NEWEST };

function specOf(tenant: Tenant, changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    tenant,
    name: containerNameOf(tenant, randomUUID()),
    volumeName: volumeNameOf(tenant),
    image: engine.image.tag,
    generation: 1,
    startId: randomUUID(),
    env: { MOSAIC_API_URL: "http://127.0.0.1:4001", AGENT_TOKEN: new Secret("token-of-a-test"), AGENT_ID: randomUUID() },
    memoryBytes: 256 * 1024 ** 2,
    cpus: 0.5,
    pidsLimit: 64,
    ...changes,
  };
}

const newTenant = (): Tenant => humanTenant(randomUUID());

async function reachable(address: string | null): Promise<boolean> {
  return fetch(`http://${address}:${GATEWAY_PORT}/readyz`, { signal: AbortSignal.timeout(10_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
}

test("the bridge isolates, has an explicit subnet, and is made once", async () => {
  const [one, two] = await Promise.all([engine.runtime.ensureNetwork(null), engine.runtime.ensureNetwork(null)]);
  expect(two).toEqual(one);
  const network = await docker.getNetwork(one.networkId).inspect();
  expect(network.Options?.["com.docker.network.bridge.enable_icc"]).toBe("false");
  expect(network.EnableIPv6).toBe(false);
  expect(network.IPAM?.Config).toEqual([{ Subnet: one.subnet, Gateway: one.gatewayAddress }]);
  expect(one.name).toBe(`mosaic-agents-${engine.installation.slice(0, 8)}`);
});

test("installations that make their bridges at the same moment each get a subnet of their own", async () => {
  const installations = Array.from({ length: 4 }, () => randomUUID());
  const make = (one: string) => createDockerRuntime({ installation: one, dockerHost: null, host: "local" }).ensureNetwork(null);
  try {
    const networks = await Promise.all(installations.map(make));
    expect(new Set(networks.map(({ subnet }) => subnet)).size).toBe(installations.length);
  } finally {
    for (const one of installations) await removeInstallation(one);
  }
});

test("a started container has the hardened profile and nothing else", async () => {
  const tenant = newTenant();
  const started = await engine.runtime.start(specOf(tenant));
  const facts = await docker.getContainer(started.engineContainerId).inspect();
  expect(facts.Config.User).toBe("1000:1000");
  expect(facts.HostConfig).toMatchObject({
    Init: true,
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Privileged: false,
    PidsLimit: 64,
    Memory: 268_435_456,
    MemorySwap: 268_435_456,
    NanoCpus: 500_000_000,
    IpcMode: "private",
    CgroupnsMode: "private",
    NetworkMode: `mosaic-agents-${engine.installation.slice(0, 8)}`,
    LogConfig: { Type: "local", Config: { "max-size": "5m", "max-file": "2" } },
    RestartPolicy: { Name: "no" },
  });
  expect(facts.HostConfig.PortBindings ?? {}).toEqual({});
  expect(facts.HostConfig.Binds ?? []).toEqual([]);
  expect(facts.HostConfig.Devices ?? []).toEqual([]);
  expect(facts.Mounts.map(({ Type, Name, Destination }) => ({ Type, Name, Destination }))).toEqual([
    { Type: "volume", Name: volumeNameOf(tenant), Destination: "/home/node/.openclaw" },
  ]);
  expect(facts.Config.Labels).toEqual({
    [ENGINE_LABELS.installation]: engine.installation,
    [ENGINE_LABELS.tenant]: tenant,
    [ENGINE_LABELS.kind]: "human",
    [ENGINE_LABELS.start]: started.startId,
    [ENGINE_LABELS.generation]: "1",
  });
  await engine.runtime.stopAndRemove(tenant, STOP);
});

test("inside, the process has no capability and writes only where it must", async () => {
  const tenant = newTenant();
  const { engineContainerId } = await engine.runtime.start(specOf(tenant));
  const script = `const fs=require("node:fs");const can=p=>{try{fs.writeFileSync(p,"x");return true}catch(e){return e.code}};
console.log(JSON.stringify({uid:process.getuid(),caps:/CapEff:\\s*(\\S+)/.exec(fs.readFileSync("/proc/self/status","utf8"))[1],
root:can("/x"),tmp:can("/tmp/x"),run:can("/run/mosaic/x"),state:can("/home/node/.openclaw/x"),names:Object.keys(process.env).sort()}))`;
  expect(JSON.parse(await runInside(engineContainerId, ["node", "-e", script]))).toMatchObject({
    uid: 1000,
    caps: "0000000000000000",
    root: "EROFS",
    tmp: true,
    run: true,
    state: true,
    names: expect.arrayContaining(["AGENT_ID", "AGENT_TOKEN", "MOSAIC_API_URL"]),
  });
  await engine.runtime.stopAndRemove(tenant, STOP);
});

test("one container cannot reach another, the host can reach both", async () => {
  const [a, b] = [newTenant(), newTenant()];
  const [startedA, startedB] = await Promise.all([engine.runtime.start(specOf(a)), engine.runtime.start(specOf(b))]);
  await waitFor(async () => (await reachable(startedA.address)) && (await reachable(startedB.address)), {
    timeoutMs: PATIENCE_MS,
    what: "both containers answer the host",
  });
  expect(await connectFromInside(startedA.engineContainerId, "127.0.0.1", GATEWAY_PORT)).toBe("open");
  expect(await connectFromInside(startedA.engineContainerId, startedB.address ?? "", GATEWAY_PORT)).not.toBe("open");
  await Promise.all([engine.runtime.stopAndRemove(a, STOP), engine.runtime.stopAndRemove(b, STOP)]);
});

test("a container reaches a listener on its bridge, where the internal api will be", async () => {
  const tenant = newTenant();
  const { gatewayAddress } = await engine.runtime.ensureNetwork(null);
  const { engineContainerId } = await engine.runtime.start(specOf(tenant));
  const server: Server = createServer((_request, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, gatewayAddress, resolve));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  expect(await connectFromInside(engineContainerId, gatewayAddress, port)).toBe("open");
  server.close();
  await engine.runtime.stopAndRemove(tenant, STOP);
});

test("the same start twice gives the same container, another start replaces it and keeps the volume", async () => {
  const tenant = newTenant();
  const spec = specOf(tenant);
  const first = await engine.runtime.start(spec);
  await runInside(first.engineContainerId, ["node", "-e", 'require("fs").writeFileSync("/home/node/.openclaw/memory","kept")']);
  expect((await engine.runtime.start(spec)).engineContainerId).toBe(first.engineContainerId);
  const second = await engine.runtime.start({ ...spec, startId: randomUUID(), generation: 2 });
  expect(second.engineContainerId).not.toBe(first.engineContainerId);
  expect(await engine.runtime.inspect(first.engineContainerId)).toBeNull();
  const read = ["node", "-e", 'console.log(require("fs").readFileSync("/home/node/.openclaw/memory","utf8"))'];
  expect((await runInside(second.engineContainerId, read)).trim()).toBe("kept");
  await engine.runtime.stopAndRemove(tenant, STOP);
  await engine.runtime.stopAndRemove(tenant, STOP);
  await engine.runtime.removeVolume(tenant, spec.volumeName, NEWEST);
  await engine.runtime.removeVolume(tenant, spec.volumeName, NEWEST);
  expect(await engine.runtime.findByTenant(tenant)).toEqual([]);
});

test("what a later start made is neither replaced, stopped nor removed", async () => {
  const tenant = newTenant();
  const later = specOf(tenant, { generation: NEWEST + 1 });
  const { engineContainerId } = await engine.runtime.start(later);
  await expect(engine.runtime.start(specOf(tenant, { generation: NEWEST }))).rejects.toMatchObject({ code: "CONFLICT" });
  await engine.runtime.stopAndRemove(tenant, STOP);
  expect(await engine.runtime.inspect(engineContainerId)).toMatchObject({ state: "running" });
  await engine.runtime.stopAndRemove(tenant, { ...STOP, upToGeneration: NEWEST + 1 });
  expect(await engine.runtime.findByTenant(tenant)).toEqual([]);
  await engine.runtime.removeVolume(tenant, later.volumeName, NEWEST);
  expect(await engine.runtime.volumeGeneration(tenant, later.volumeName)).toBe(NEWEST + 1);
  await engine.runtime.removeVolume(tenant, later.volumeName, NEWEST + 1);
  expect(await engine.runtime.volumeGeneration(tenant, later.volumeName)).toBeNull();
});

test("a volume of that name that is somebody else's is refused, and neither used nor removed", async () => {
  const tenant = newTenant();
  const name = volumeNameOf(tenant);
  await docker.createVolume({
    Name: name,
    Labels: { [ENGINE_LABELS.installation]: engine.installation, [ENGINE_LABELS.tenant]: newTenant() },
  });
  await expect(engine.runtime.start(specOf(tenant))).rejects.toMatchObject({ code: "NAME_TAKEN_IN_ENGINE" });
  await expect(engine.runtime.removeVolume(tenant, name, NEWEST)).rejects.toMatchObject({ code: "NAME_TAKEN_IN_ENGINE" });
  expect((await docker.getVolume(name).inspect()).Name).toBe(name);
  await docker.getVolume(name).remove();
});

test("containers of another installation are neither listed, stopped nor removed", async () => {
  const tenant = newTenant();
  const spec = specOf(tenant);
  const foreign = await docker.createContainer({
    Image: engine.image.tag,
    name: spec.name,
    Labels: { [ENGINE_LABELS.installation]: randomUUID(), [ENGINE_LABELS.tenant]: tenant },
  });
  await foreign.start();
  expect(await engine.runtime.list()).toEqual([]);
  expect(await engine.runtime.inspect(foreign.id)).toBeNull();
  await engine.runtime.stopAndRemove(tenant, STOP);
  await engine.runtime.removeContainer(foreign.id);
  await expect(engine.runtime.start(spec)).rejects.toMatchObject({ code: "NAME_TAKEN_IN_ENGINE" });
  expect((await foreign.inspect()).State.Running).toBe(true);
  await foreign.remove({ force: true });
  await engine.runtime.removeVolume(tenant, volumeNameOf(tenant), NEWEST);
});

test("an image that is not there is named", async () => {
  const tenant = newTenant();
  await expect(engine.runtime.start(specOf(tenant, { image: "mosaic-test-absent:1" }))).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("mosaic-test-absent:1"),
  });
});

test("an engine that does not answer is ENGINE_UNAVAILABLE", async () => {
  const absent = createDockerRuntime({
    installation: engine.installation,
    dockerHost: "unix:///nonexistent/docker.sock",
    host: "absent",
  });
  await expect(absent.ping()).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  await expect(absent.watch(() => undefined, new AbortController().signal)).rejects.toMatchObject({
    code: "ENGINE_UNAVAILABLE",
  });
});

test("a kill and a removal from outside are told, with exit code and log lines", async () => {
  const tenant = newTenant();
  const events: EngineEvent[] = [];
  const watching = new AbortController();
  const watch = engine.runtime.watch((event) => events.push(event), watching.signal);
  const { engineContainerId } = await engine.runtime.start(specOf(tenant));
  await waitFor(() => events.some((event) => event.kind === "started"), { timeoutMs: PATIENCE_MS, what: "the start is told" });
  await waitFor(async () => (await engine.runtime.lastLogLines(engineContainerId, 5)).includes("tiny agent listens"), {
    timeoutMs: PATIENCE_MS,
    what: "the log has its first line",
  });
  await docker.getContainer(engineContainerId).kill();
  await waitFor(() => events.some((event) => event.kind === "exited"), { timeoutMs: PATIENCE_MS, what: "the death is told" });
  expect(events.find((event) => event.kind === "exited")).toEqual({ kind: "exited", engineContainerId, tenant, exitCode: 137 });
  expect(await engine.runtime.inspect(engineContainerId)).toMatchObject({ state: "exited", exitCode: 137, outOfMemory: false });
  await docker.getContainer(engineContainerId).remove({ force: true });
  await waitFor(() => events.some((event) => event.kind === "removed"), {
    timeoutMs: PATIENCE_MS,
    what: "the removal is told",
  });
  expect(await engine.runtime.inspect(engineContainerId)).toBeNull();
  watching.abort();
  await watch;
});

test("a death by the memory limit is told as such", async () => {
  const tenant = newTenant();
  const events: EngineEvent[] = [];
  const watching = new AbortController();
  const watch = engine.runtime.watch((event) => events.push(event), watching.signal);
  const { address, engineContainerId } = await engine.runtime.start(specOf(tenant));
  await waitFor(() => reachable(address), { timeoutMs: PATIENCE_MS, what: "the container answers" });
  await fetch(`http://${address}:${GATEWAY_PORT}/eat`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined);
  await waitFor(() => events.some((event) => event.kind === "out_of_memory"), {
    timeoutMs: PATIENCE_MS,
    what: "the death is told",
  });
  expect(events.map((event) => event.kind)).toEqual(["started", "out_of_memory"]);
  expect(await engine.runtime.inspect(engineContainerId)).toMatchObject({ outOfMemory: true });
  watching.abort();
  await watch;
  await engine.runtime.stopAndRemove(tenant, STOP);
});
