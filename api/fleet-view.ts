// Containers of the fleet as the API shows them to administrators.
import { agentContainerWorkflowId } from "../contracts/agent-container.ts";
import type { FleetContainer } from "../contracts/fleet.ts";
import type { FleetListRow } from "../db/repositories/fleet-list.ts";
import type { ApiDeps } from "./deps.ts";

export function fleetView(row: FleetListRow, workflowUrl: ApiDeps["workflowUrl"]): FleetContainer {
  const workflowId = agentContainerWorkflowId(row.tenant);
  return {
    ...row,
    startedAt: row.startedAt?.toISOString() ?? null,
    lastActivityAt: row.lastActivityAt?.toISOString() ?? null,
    statusChangedAt: row.statusChangedAt.toISOString(),
    workflowId,
    workflowUrl: workflowUrl(workflowId),
  };
}
