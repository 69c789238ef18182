// Containers of our own that do one thing and go: they apply the firewall, and probe it.
import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import type { ContainerCreateOptions } from "dockerode";
import { ENGINE_LABELS } from "../../contracts/containers/agent-container.ts";
import { engineCall, engineCallUnless, HTTP_CONFLICT, HTTP_NOT_FOUND, SLOW_CALL_TIMEOUT_MS } from "./docker-runtime-calls.ts";

export interface ShortLived {
  readonly docker: Docker;
  readonly installation: string;
  /** The agent image: it is there wherever agents start. */
  readonly image: string;
}

/** In the label `mosaic.kind`; such a container has no tenant. */
const KIND = "probe";
/** What is older was left behind by a worker that died. */
const LEFT_BEHIND_AFTER_S = 120;
const MEMORY_BYTES = 128 * 1024 ** 2;
const PIDS_LIMIT = 32;

export interface Ended {
  readonly exitCode: number;
  /** Standard output and error. */
  readonly output: string;
}

/** Created and started; `purpose` is a part of its name. The caller removes it. */
export async function startShortLived(
  { docker, installation, image }: ShortLived,
  purpose: string,
  options: ContainerCreateOptions,
): Promise<Docker.Container> {
  const container = await engineCall(SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
    docker.createContainer({
      ...options,
      abortSignal,
      name: `mosaic-${purpose}-${randomBytes(6).toString("hex")}`,
      Image: image,
      Labels: { [ENGINE_LABELS.installation]: installation, [ENGINE_LABELS.kind]: KIND },
      // One stream without frames.
      Tty: true,
      HostConfig: {
        ...options.HostConfig,
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        Memory: MEMORY_BYTES,
        MemorySwap: MEMORY_BYTES,
        PidsLimit: PIDS_LIMIT,
        LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
        RestartPolicy: { Name: "no" },
      },
    }),
  );
  try {
    await engineCall(SLOW_CALL_TIMEOUT_MS, (abortSignal) => container.start({ abortSignal }));
  } catch (error) {
    await removeShortLived(container);
    throw error;
  }
  return container;
}

/** Waits for its end. */
export async function endOf(container: Docker.Container): Promise<Ended> {
  const { StatusCode: exitCode } = await engineCall<{ StatusCode: number }>(SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
    container.wait({ abortSignal }),
  );
  const raw = await engineCall(SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
    container.logs({ abortSignal, follow: false, stdout: true, stderr: true }),
  );
  return { exitCode, output: raw.toString("utf8").replaceAll("\r\n", "\n") };
}

export async function removeShortLived(container: Docker.Container): Promise<void> {
  await engineCallUnless([HTTP_NOT_FOUND, HTTP_CONFLICT], SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
    container.remove({ abortSignal, force: true }),
  );
}

/** Runs a container to its end and removes it. */
export async function runShortLived(tool: ShortLived, purpose: string, options: ContainerCreateOptions): Promise<Ended> {
  const container = await startShortLived(tool, purpose, options);
  try {
    return await endOf(container);
  } finally {
    await removeShortLived(container);
  }
}

/** Removes those that a worker left behind when it died. */
export async function removeLeftBehind({ docker, installation }: ShortLived, nowMs: number): Promise<void> {
  const label = [`${ENGINE_LABELS.installation}=${installation}`, `${ENGINE_LABELS.kind}=${KIND}`];
  const listed = await engineCall(SLOW_CALL_TIMEOUT_MS, (abortSignal) =>
    docker.listContainers({ abortSignal, all: true, filters: { label } }),
  );
  for (const { Id, Created } of listed) {
    if (nowMs / 1_000 - Created > LEFT_BEHIND_AFTER_S) await removeShortLived(docker.getContainer(Id));
  }
}
