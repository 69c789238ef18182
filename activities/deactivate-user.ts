// What is done after a user was locked out: sessions end, keys are revoked, the agent is stopped.
import { ApplicationFailure } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import type { AgentContainerClient } from "../adapters/agent-container-client.ts";
import { humanTenant } from "../contracts/tenant.ts";
import type { DeactivateUserInput } from "../contracts/users.ts";
import type { Database } from "../db/database.ts";
import { findContainer } from "../db/repositories/containers.ts";
import {
  endAllSessions,
  findDeactivation,
  isStepOpen,
  noteAgentStopped,
  revokeAllKeys,
} from "../db/repositories/user-deactivations.ts";
import { guarded } from "./activity-failure.ts";

const NEXT_LOOK_MS = 2_000;

export interface DeactivateUserDeps {
  /** Role worker. */
  readonly db: Database;
  readonly containers: Pick<AgentContainerClient, "stop">;
}

/** Each does nothing when its step was done before, or when the user was reactivated meanwhile. */
export interface DeactivateUserActivities {
  /** Idempotent: what is ended is gone, and it is counted in the transaction that ends it. */
  endSessions(input: DeactivateUserInput): Promise<void>;
  /** Idempotent: as with sessions. */
  revokeKeys(input: DeactivateUserInput): Promise<void>;
  /** One look; asks the container's workflow to stop while it runs, and throws the retryable STILL_STOPPING until it is. */
  stopAgent(input: DeactivateUserInput): Promise<void>;
}

export function createDeactivateUserActivities(deps: DeactivateUserDeps): DeactivateUserActivities {
  return {
    endSessions: guarded((input) => endAllSessions(deps.db, input)),
    revokeKeys: guarded((input) => revokeAllKeys(deps.db, input)),
    stopAgent: guarded((input) => stopAgent(deps, input)),
  };
}

async function stopAgent({ db, containers }: DeactivateUserDeps, input: DeactivateUserInput): Promise<void> {
  const { deactivationId, userId } = input;
  const tenant = humanTenant(userId);
  const look = await db.asTenant(tenant, async (tx) => {
    if (!(await isStepOpen(tx, deactivationId, "agent"))) return "nothing to do";
    const container = await findContainer(tx);
    const isUp = container !== null && (container.status === "running" || container.status === "starting");
    if (isUp) return "up";
    if (container?.phase === "stopping") return "stopping";
    await noteAgentStopped(tx, deactivationId);
    return "stopped";
  });
  if (look === "up") {
    const deactivation = await db.globally((tx) => findDeactivation(tx, userId));
    const reason = `The account was deactivated: ${deactivation?.reason ?? ""}`.slice(0, 500);
    await containers.stop(tenant, { by: deactivation?.requestedBy ?? "system", reason });
  }
  if (look === "up" || look === "stopping") throw stillStopping();
}

/** The server looks again after the delay, so that waiting costs no history. */
function stillStopping(): ApplicationFailure {
  return ApplicationFailure.create({
    message: "the agent is being stopped",
    type: "STILL_STOPPING",
    nextRetryDelay: NEXT_LOOK_MS,
    category: ApplicationFailureCategory.BENIGN,
  });
}
