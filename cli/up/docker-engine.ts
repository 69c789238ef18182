// Finds the Docker Engine, or installs and starts it where this process may.
import { access } from "node:fs/promises";
import Docker from "dockerode";
import { FleetError } from "../../contracts/errors.ts";
import { adoptProcess, startProcess, type NoteProcess, type RunningProcess } from "./child-process.ts";
import type { ChildList, DataDir } from "./data-dir.ts";
import { isAlive } from "./proc.ts";
import type { Say } from "./reporter.ts";
import { findProgram, runCommand } from "./run-command.ts";
import { installPackages, type InstallContext } from "./system-packages.ts";

/** A busy machine must not be taken for one without an engine: a second one would be started beside it. */
const PING_TIMEOUT_MS = 10_000;
const SYSTEMCTL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 60_000;
/** It stops the containers first; agents need a moment. */
const STOP_TIMEOUT_MS = 30_000;
const SOCKET = "/var/run/docker.sock";
const PACKAGES = ["docker.io", "iptables"] as const;
export const DOCKERD = "dockerd";

export interface DockerContext extends InstallContext {
  readonly dir: DataDir;
  readonly children: ChildList;
}

/** DOCKER_HOST and its siblings are honoured. */
export function createDockerClient(): Docker {
  return new Docker();
}

/** Answers within ten seconds, or fails. */
export async function engineVersion(): Promise<string> {
  return (await new Docker({ timeout: PING_TIMEOUT_MS }).version()).Version;
}

/** How the engine is to be had. `start` is null when it runs already and is none of ours. */
export interface EngineFinding {
  readonly start: ((noteProcess?: NoteProcess) => Promise<RunningProcess>) | null;
}

/**
 * Finds a running engine; else installs (where it may) and hands back how to start it.
 * @throws FleetError CONFIG_INVALID that names what is missing and the command that brings it
 */
export async function findEngine(context: DockerContext, say: Say): Promise<EngineFinding> {
  const problem = await engineVersion().then(
    () => null,
    (error: NodeJS.ErrnoException) => error,
  );
  if (problem === null) return await ofAnEarlierStart(context);
  const host = context.environment["DOCKER_HOST"];
  if (host !== undefined) throw missing(`The Docker Engine at DOCKER_HOST (${host}) does not answer.`, problem);
  if (problem.code === "EACCES" || problem.code === "EPERM") {
    throw missing(`You may not use ${SOCKET}. Run: sudo usermod -aG docker "$USER", and sign in again.`, problem);
  }
  const path = context.environment["PATH"];
  if ((await findProgram(DOCKERD, path)) === null) await installPackages(PACKAGES, context, say);
  const dockerd = await findProgram(DOCKERD, path);
  if (dockerd === null) throw missing("dockerd is still missing after the installation of docker.io.", problem);
  return { start: await startable(dockerd, context) };
}

/** An engine that an earlier start of this installation began and could not stop (SIGKILL) is still ours to stop. */
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
  if (await hasSystemd()) {
    // A service of the machine: started for everybody, and not stopped by us.
    const { environment: env, signal } = context;
    await runCommand("systemctl", ["start", "docker"], { env, signal, timeoutMs: SYSTEMCTL_TIMEOUT_MS });
    if (await engineAnswers()) return null;
    throw missing("The Docker Engine does not answer after: systemctl start docker");
  }
  return (noteProcess) => startEngine(dockerd, context, noteProcess);
}

async function startEngine(
  dockerd: string,
  { dir, environment, signal }: DockerContext,
  noteProcess?: NoteProcess,
): Promise<RunningProcess> {
  return await startProcess({
    name: DOCKERD,
    command: dockerd,
    args: [],
    // None of our settings, the root key least of all: it passes its environment on to what it starts.
    env: { PATH: `${environment["PATH"] ?? ""}:/usr/sbin:/sbin:/usr/bin:/bin` },
    cwd: "/",
    logFile: dir.logFile(DOCKERD),
    isReady: engineAnswers,
    startTimeoutMs: START_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
    signal,
    noteProcess,
  });
}

async function engineAnswers(): Promise<boolean> {
  return (await engineVersion()) !== "";
}

async function hasSystemd(): Promise<boolean> {
  return await access("/run/systemd/system").then(
    () => true,
    () => false,
  );
}

function missing(message: string, cause?: unknown): FleetError {
  return new FleetError("CONFIG_INVALID", message, { cause });
}
