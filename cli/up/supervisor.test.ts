// Restarting what died, and stopping in order.
import { FleetError } from "../../contracts/core/errors.ts";
import { waitFor } from "../../tests/support/core/wait-for.ts";
import type { RunningProcess } from "./child-process.ts";
import { createSupervisor, type Service } from "./supervisor.ts";

let said: string[];
let stopped: string[];
let noted: string[];
let forgotten: string[];
const children = {
  read: async () => ({}),
  add: async (name: string, pid: number) => void noted.push(`${name} ${pid}`),
  remove: async (name: string) => void forgotten.push(name),
};

beforeEach(() => {
  said = [];
  stopped = [];
  noted = [];
  forgotten = [];
});

const supervisor = () => createSupervisor({ children, say: (line) => said.push(line) });

/** A service whose processes end when they are told to. */
function pretend(name: string, stopOrder: number, failures = 0) {
  const running: { end: (how: string) => void }[] = [];
  const service: Service = {
    name,
    stopOrder,
    async start(): Promise<RunningProcess> {
      if (running.length > 0 && failures-- > 0) throw new Error("it will not");
      let end: (how: string) => void = () => undefined;
      const exited = new Promise<string>((resolve) => (end = resolve));
      running.push({ end });
      const stop = async (): Promise<void> => {
        stopped.push(name);
        end("stopped");
      };
      return { pid: 1, exited, stop, kill: () => end("killed") };
    },
  };
  return { service, running };
}

const until = (probe: () => boolean, what: string) => waitFor(probe, { timeoutMs: 60_000, everyMs: 10, what });

test("starts again what ended by itself, within a second, and says why it ended", async () => {
  const { service, running } = pretend("api", 1);
  const watch = supervisor();
  await watch.run(service);
  running[0]?.end("exit code 1: no memory");
  await until(() => running.length === 2, "it runs again");
  expect(said[0]).toBe("! api ended (exit code 1: no memory); starting it again in 0.5 s");
  await until(() => said.length === 2, "its return is told");
  expect(said[1]).toMatch(/^✓ api is back after \d+\.\d s$/);
  await watch.stopAll();
});

test("waits longer from one failed attempt to the next", async () => {
  const { service, running } = pretend("api", 1, 1);
  const watch = supervisor();
  await watch.run(service);
  running[0]?.end("SIGKILL");
  await until(() => running.length === 2, "it runs again");
  expect(said.filter((line) => line.startsWith("!"))).toEqual([
    "! api ended (SIGKILL); starting it again in 0.5 s",
    "! api ended (it will not); starting it again in 1 s",
  ]);
  await watch.stopAll();
});

test("stops in the order of the services, whatever the order of their start", async () => {
  const watch = supervisor();
  for (const [name, order] of [
    ["postgres", 5],
    ["api", 2],
    ["temporal", 4],
    ["worker", 3],
  ] as const) {
    await watch.run(pretend(name, order).service);
  }
  await watch.stopAll();
  expect(stopped).toEqual(["api", "worker", "temporal", "postgres"]);
});

test("brings an engine back while it runs, and leaves it running, and on record, when everything is stopped", async () => {
  const { service, running } = pretend("dockerd", 6);
  const watch = supervisor();
  await watch.run({ ...service, outlivesUs: true });
  await watch.run(pretend("api", 2).service);
  running[0]?.end("SIGKILL");
  await until(() => running.length === 2, "it runs again");
  await watch.stopAll();
  watch.killAll();
  expect(stopped).toEqual(["api"]);
  expect(forgotten).toEqual(["api"]);
});

test("has word of a process before that serves, so that a supervisor that is killed leaves nothing unknown", async () => {
  let serve: (running: RunningProcess) => void = () => undefined;
  const service: Service = {
    name: "api",
    stopOrder: 1,
    async start(noteProcess) {
      await noteProcess(4711);
      return await new Promise((resolve) => (serve = resolve));
    },
  };
  const watch = supervisor();
  const starting = watch.run(service);
  await until(() => noted.length > 0, "the process is noted");
  expect(noted).toEqual(["api 4711"]);
  serve({ pid: 4711, exited: new Promise(() => undefined), stop: async () => undefined, kill: () => undefined });
  await starting;
  await watch.stopAll();
});

test("starts nothing again once it stops", async () => {
  const { service, running } = pretend("api", 1);
  const watch = supervisor();
  await watch.run(service);
  running[0]?.end("exit code 1");
  await watch.stopAll();
  expect(running).toHaveLength(1);
});

test("a first start that fails for a temporary reason is retried", async () => {
  const { service, running } = pretend("api", 1);
  let attempts = 0;
  const start: Service["start"] = (noteProcess) => {
    attempts += 1;
    if (attempts === 1) throw new FleetError("DATABASE_UNAVAILABLE", "no answer");
    return service.start(noteProcess);
  };
  const watch = supervisor();
  await watch.run({ ...service, start });
  expect(running).toHaveLength(1);
  expect(said[0]).toBe("! api ended (no answer); starting it again in 0.5 s");
  expect(said[1]).toMatch(/^✓ api is back after \d+\.\d s$/);
  await watch.stopAll();
  expect(stopped).toEqual(["api"]);
});

test("passes the error of a first start on", async () => {
  const service: Service = { name: "api", stopOrder: 1, start: () => Promise.reject(new Error("port taken")) };
  await expect(supervisor().run(service)).rejects.toThrow("port taken");
});
