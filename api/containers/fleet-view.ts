// Containers of the fleet as the API shows them to administrators.
import { agentContainerWorkflowId } from "../../contracts/containers/agent-container.ts";
import type { FleetContainer, FleetContainerDetail } from "../../contracts/containers/fleet.ts";
import type { NamedContainerEvent } from "../../db/containers/container-events.ts";
import type { FleetDetailRow, FleetListRow } from "../../db/containers/fleet-list.ts";
import { eventView } from "./container-view.ts";
import type { ApiDeps } from "../deps.ts";

export function fleetView(row: FleetListRow, workflowUrl: ApiDeps["workflowUrl"]): FleetContainer {
  const { id, tenant, kind, ownerName, name, status, phase, reason, host, image, generation } = row;
  const workflowId = agentContainerWorkflowId(tenant);
  return {
    ...{ id, tenant, kind, ownerName, name, status, phase, reason, host, image, generation },
    startedAt: row.startedAt?.toISOString() ?? null,
    lastActivityAt: row.lastActivityAt?.toISOString() ?? null,
    statusChangedAt: row.statusChangedAt.toISOString(),
    workflowId,
    workflowUrl: workflowUrl(workflowId),
  };
}

interface Detail {
  readonly row: FleetDetailRow;
  readonly events: readonly NamedContainerEvent[];
  readonly sleepsAt: string | null;
}

export function fleetDetailView({ row, events, sleepsAt }: Detail, workflowUrl: ApiDeps["workflowUrl"]): FleetContainerDetail {
  return {
    ...fleetView(row, workflowUrl),
    configRevision: row.configRevision,
    appliedRevision: row.appliedRevision,
    sleepsAt,
    timeline: events.map(eventView),
  };
}
