// Translates the engine's description of a container into the runtime contract.
import type { ContainerInfo, ContainerInspectInfo } from "dockerode";
import { z } from "zod";
import { ENGINE_LABELS } from "../../contracts/containers/agent-container.ts";
import type { RunningContainer } from "../../contracts/containers/container-runtime.ts";
import { tenantLabel } from "./docker-runtime-events.ts";

const MS_PER_SECOND = 1_000;

/** A state that no engine of today knows is none that serves. */
const stateSchema = z.enum(["created", "running", "paused", "restarting", "removing", "exited", "dead"]).catch("dead");

export function fromInspect(info: ContainerInspectInfo, networkName: string): RunningContainer {
  const state = stateSchema.parse(info.State.Status);
  return {
    ...factsOf({ id: info.Id, labels: info.Config.Labels, name: info.Name, image: info.Config.Image }),
    createdAt: new Date(info.Created),
    state,
    address: addressOf(info.NetworkSettings.Networks[networkName]?.IPAddress),
    exitCode: state === "exited" || state === "dead" ? info.State.ExitCode : null,
    outOfMemory: info.State.OOMKilled,
  };
}

/** The list knows neither exit codes nor why a container died. */
export function fromList(info: ContainerInfo, networkName: string): RunningContainer {
  return {
    ...factsOf({ id: info.Id, labels: info.Labels, name: info.Names[0] ?? "", image: info.Image }),
    createdAt: new Date(info.Created * MS_PER_SECOND),
    state: stateSchema.parse(info.State),
    address: addressOf(info.NetworkSettings?.Networks[networkName]?.IPAddress),
    exitCode: null,
    outOfMemory: false,
  };
}

function factsOf(raw: { id: string; labels: Readonly<Record<string, string>>; name: string; image: string }) {
  return {
    engineContainerId: raw.id,
    startId: raw.labels[ENGINE_LABELS.start] ?? null,
    tenant: tenantLabel(raw.labels),
    generation: generationOf(raw.labels),
    name: raw.name.replace(/^\//, ""),
    image: raw.image,
  };
}

/** 0 for what bears none: it counts as the oldest. */
export function generationOf(labels: Readonly<Record<string, string>>): number {
  const generation = Number(labels[ENGINE_LABELS.generation]);
  return Number.isInteger(generation) ? generation : 0;
}

function addressOf(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
