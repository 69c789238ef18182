// What is done after a user was locked out: sessions end, keys are revoked, the agent is stopped.
import { ApplicationFailure } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import type { AgentContainerClient } from "../../adapters/temporal/agent-container-client.ts";
import { agentTenant, humanTenant, type Tenant } from "../../contracts/core/tenant.ts";
import type { DeactivateUserInput } from "../../contracts/people/users.ts";
import type { Database, TenantTransaction } from "../../db/core/database.ts";
import { listAgentIds } from "../../db/agents/agent-users.ts";
import { findOpenIntent, recordIntent } from "../../db/containers/container-intents.ts";
import { findContainer } from "../../db/containers/containers.ts";
import {
  endAllSessions,
  findDeactivation,
  isStepOpen,
  noteAgentStopped,
  revokeAllKeys,
} from "../../db/people/user-deactivations.ts";
import { guarded } from "../core/activity-failure.ts";

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
  /**
   * One look at the containers of the person and of the agents that belong to them; asks their workflows to stop while they run,
   * and throws the retryable STILL_STOPPING until they are.
   */
  stopAgent(input: DeactivateUserInput): Promise<void>;
}

export function createDeactivateUserActivities(deps: DeactivateUserDeps): DeactivateUserActivities {
  return {
    endSessions: guarded((input) => endAllSessions(deps.db, input)),
    revokeKeys: guarded((input) => revokeAllKeys(deps.db, input)),
    stopAgent: guarded((input) => stopAgent(deps, input)),
  };
}

async function stopAgent(deps: DeactivateUserDeps, input: DeactivateUserInput): Promise<void> {
  const { db } = deps;
  const own = humanTenant(input.userId);
  const agents = await db.asTenant(own, async (tx) => ((await isStepOpen(tx, input, "agent")) ? await listAgentIds(tx) : null));
  if (agents === null) return;
  let isStopped = true;
  for (const tenant of [own, ...agents.map(agentTenant)]) {
    if (!(await lookAt(deps, tenant, input))) isStopped = false;
  }
  if (!isStopped) throw stillStopping();
  await db.asTenant(own, async (tx) => {
    if (await isStepOpen(tx, input, "agent")) await noteAgentStopped(tx, input.deactivationId);
  });
}

/** True: the container does not run. */
async function lookAt({ db, containers }: DeactivateUserDeps, tenant: Tenant, input: DeactivateUserInput): Promise<boolean> {
  const look = await db.asTenant(tenant, async (tx) => {
    if (!(await isStepOpen(tx, input, "agent"))) return "stopped";
    const container = await findContainer(tx);
    const isUp = container !== null && (container.status === "running" || container.status === "starting");
    if (isUp) return await intentToStop(tx, input);
    return container?.phase === "stopping" ? "stopping" : "stopped";
  });
  if (look === "stopped" || look === "stopping") return look === "stopped";
  await containers.stop(tenant, look.intentId);
  return false;
}

/** The record that the container is to be stopped: the one of an earlier look while it is open. */
async function intentToStop(tx: TenantTransaction, { userId }: DeactivateUserInput): Promise<{ readonly intentId: string }> {
  const deactivation = await findDeactivation(tx, userId);
  const since = deactivation?.requestedAt ?? new Date(0);
  const text = deactivation?.reason ?? null;
  const reason = text === null ? null : ({ code: "account_deactivated", values: { text } } as const);
  const intentId =
    (await findOpenIntent(tx, { kind: "stop", since })) ??
    (await recordIntent(tx, { kind: "stop", by: deactivation?.requestedBy ?? "system", reason }));
  return { intentId };
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
