// The state of the owner's agent container, and the requests to restart, stop and delete it.
import { queryOptions } from "@tanstack/react-query";
import type { ContainerPhase, ContainerView } from "../../../../contracts/containers/agent-container.ts";
import { agentKeys } from "../../api/cache-keys.ts";
import type { ApiClient } from "../../api/client.ts";

const PATH = "/api/me/agent";
const POLL_MS = { moving: 2_000, still: 15_000 } as const;

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

export const restartAgent = (api: ApiClient) => api.call<unknown>("POST", `${PATH}/restart`);
export const stopAgent = (api: ApiClient) => api.call<unknown>("POST", `${PATH}/stop`);
export const deleteAgent = (api: ApiClient) => api.call<unknown>("DELETE", PATH, { body: { confirm: "delete" } });

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
