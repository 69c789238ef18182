// Finds the Docker Engine, or installs and starts it where this process may.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "../../contracts/core/errors.ts";
import { adoptProcess, startProcess, type NoteProcess, type RunningProcess } from "./child-process.ts";
import { rotateLog, type ChildList, type DataDir } from "./data-dir.ts";
import { ENGINE_SOCKET, engineVersion } from "./engine-api.ts";
import { engineEnvironment, toolEnvironment } from "./child-environment.ts";
import { isAlive } from "./proc.ts";
import type { Say } from "./reporter.ts";
import { findProgram, runCommand } from "./run-command.ts";
import type { Environment } from "./settings.ts";
import { installPackages, type InstallContext } from "./system-packages.ts";

const SYSTEMCTL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 60_000;
/** For a start that is given up before the engine answers. */
const STOP_TIMEOUT_MS = 30_000;
const PACKAGES = ["docker.io", "iptables"] as const;
export const DOCKERD = "dockerd";

export interface DockerContext extends InstallContext {
  readonly dir: DataDir;
  readonly children: ChildList;
}

/** `start` is null when the engine runs and was not started by this installation. */
export interface EngineFinding {
  readonly start: ((noteProcess?: NoteProcess) => Promise<RunningProcess>) | null;
}

/**
 * Finds a running engine; else installs (where it may) and hands back how to start it. A started engine is never stopped
 * again: containers outlive a stop, and other installations and programs may have come to use it.
 * @throws FleetError CONFIG_INVALID that names what is missing and the command that brings it
 */
export async function findEngine(context: DockerContext, say: Say): Promise<EngineFinding> {
  const problem = await engineVersion(context.environment).then(
    () => null,
    (error: NodeJS.ErrnoException) => error,
  );
  if (problem === null) return await ofAnEarlierStart(context);
  await refuseUnusable(context.environment, problem);
  const path = context.environment["PATH"];
  if ((await findProgram(DOCKERD, path)) === null) await installPackages(PACKAGES, context, say);
  const dockerd = await findProgram(DOCKERD, path);
  if (dockerd === null) throw missing("dockerd is still missing after the installation of docker.io.", problem);
  return { start: await startable(dockerd, context) };
}

/** Where an engine is meant to be and cannot be used, a second one would not help. */
async function refuseUnusable(environment: Environment, problem: NodeJS.ErrnoException): Promise<void> {
  if (problem instanceof FleetError) throw problem;
  const host = environment["DOCKER_HOST"];
  if (host !== undefined) throw missing(`The Docker Engine at DOCKER_HOST (${host}) does not answer.`, problem);
  if (problem.code === "EACCES" || problem.code === "EPERM") {
    throw missing(
      `You do not have access to ${ENGINE_SOCKET}. Run: sudo usermod -aG docker "$USER", and sign in again.`,
      problem,
    );
  }
  if (problem.code !== "ENOENT" && problem.code !== "ECONNREFUSED") {
    throw missing(`The Docker Engine at ${ENGINE_SOCKET} does not answer: ${problem.message}`, problem);
  }
  const runtimeDir = environment["XDG_RUNTIME_DIR"];
  const rootless = runtimeDir === undefined ? null : join(runtimeDir, "docker.sock");
  if (rootless !== null && (await exists(rootless))) {
    throw missing(`Only a rootless Docker Engine runs here. To use it, set DOCKER_HOST=unix://${rootless}`, problem);
  }
}

/** An engine that an earlier start of this installation began is watched again, and started again if it ends. */
async function ofAnEarlierStart(context: DockerContext): Promise<EngineFinding> {
  const ours = (await context.children.read())[DOCKERD];
  if (ours === undefined || !(await isAlive(ours))) return { start: null };
  const dockerd = await findProgram(DOCKERD, context.environment["PATH"]);
  return {
    async start(noteProcess) {
      // Taken over once; when it ends there is nothing left to take over.
      if (dockerd === null || (await isAlive(ours))) return adoptProcess(ours, STOP_TIMEOUT_MS);
      return await startEngine(dockerd, context, noteProcess);
    },
  };
}

async function startable(dockerd: string, context: DockerContext): Promise<EngineFinding["start"]> {
  if (process.getuid?.() !== 0)
    throw missing("The Docker Engine is installed but does not run. Start it: sudo systemctl start docker");
  if (await exists("/run/systemd/system")) {
    // A service of the machine: started for everyone, and not stopped by us.
    const { environment, signal } = context;
    const env = toolEnvironment(environment);
    await runCommand("systemctl", ["start", "docker"], { env, signal, timeoutMs: SYSTEMCTL_TIMEOUT_MS });
    if (await engineAnswers(environment)) return null;
    throw missing("The Docker Engine does not answer after: systemctl start docker");
  }
  return (noteProcess) => startEngine(dockerd, context, noteProcess);
}

async function startEngine(
  dockerd: string,
  { dir, environment, signal }: DockerContext,
  noteProcess?: NoteProcess,
): Promise<RunningProcess> {
  await rotateLog(dir.logFile(DOCKERD));
  return await startProcess({
    name: DOCKERD,
    command: dockerd,
    args: [],
    env: engineEnvironment(environment),
    cwd: "/",
    logFile: dir.logFile(DOCKERD),
    isReady: () => engineAnswers(environment),
    startTimeoutMs: START_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
    signal,
    noteProcess,
    outlivesUs: true,
  });
}

async function engineAnswers(environment: Environment): Promise<boolean> {
  return (await engineVersion(environment)) !== "";
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function missing(message: string, cause?: unknown): FleetError {
  return new FleetError("CONFIG_INVALID", message, { cause });
}
