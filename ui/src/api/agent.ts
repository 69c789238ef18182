// The state of one's own agent container, and what one can ask of it.
import { queryOptions } from "@tanstack/react-query";
import type { ContainerPhase, ContainerView } from "../../../contracts/agent-container.ts";
import type { ApiClient } from "./client.ts";

const PATH = "/api/me/agent";
const POLL_MS = { moving: 2_000, still: 15_000 } as const;
export const agentKeys = { all: ["agent"] } as const;

/** Something is under way, and the next look is worth taking soon. */
export function isMoving(phase: ContainerPhase): boolean {
  return (
    phase === "creating" || phase === "booting" || phase === "restarting" || phase === "backing_off" || phase === "stopping"
  );
}

export const agentQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: agentKeys.all,
    queryFn: ({ signal }) => api.call<ContainerView>("GET", PATH, { signal }),
    // A change that waits to be applied restarts the container within seconds.
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && (isMoving(data.phase) || isPending(data)) ? POLL_MS.moving : POLL_MS.still,
  });

/** The settings are newer than what the running container was given. */
export function isPending(agent: Pick<ContainerView, "status" | "configRevision" | "appliedRevision">): boolean {
  return agent.status === "running" && agent.appliedRevision !== null && agent.configRevision > agent.appliedRevision;
}

export const restartAgent = (api: ApiClient, reason: string) =>
  api.call<unknown>("POST", `${PATH}/restart`, { body: { reason } });
export const stopAgent = (api: ApiClient, reason: string) => api.call<unknown>("POST", `${PATH}/stop`, { body: { reason } });

const PHASES: Readonly<Record<ContainerPhase, true>> = {
  never_started: true,
  creating: true,
  booting: true,
  ready: true,
  restarting: true,
  backing_off: true,
  stopping: true,
  asleep: true,
  failed: true,
};
export function isPhase(value: unknown): value is ContainerPhase {
  return typeof value === "string" && Object.hasOwn(PHASES, value);
}
