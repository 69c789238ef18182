// A message to a container's workflow is a hint: what it asks for counts when it is on record, and was not done yet.
import { activityInfo, log } from "@temporalio/activity";
import { describeIntent } from "../../contracts/containers/container-intents.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { appendAudit } from "../../db/audit/audit.ts";
import { appendEvent } from "../../db/containers/container-events.ts";
import { findIntent, type ContainerIntentFacts } from "../../db/containers/container-intents.ts";
import type { AdmittedIntent, AgentContainerDeps, IntentHint } from "./agent-container.ts";

export async function admitIntentActivity({ db }: AgentContainerDeps, hint: IntentHint): Promise<AdmittedIntent | null> {
  const { tenant, kind } = hint;
  return await db.asTenant(tenant, async (tx) => {
    const intent = await readIntent(tx, hint);
    if (intent === null || intent.isDone) return null;
    const { id: intentId, by, reason } = intent;
    return { intentId, by, reason, shown: describeIntent(kind, intent, tenant) };
  });
}

/** Null if nobody requested it; then the ignored message is recorded. */
export async function readIntent(
  tx: TenantTransaction,
  { kind, intentId }: Omit<IntentHint, "tenant">,
): Promise<ContainerIntentFacts | null> {
  const intent = intentId === null ? null : await findIntent(tx, { id: intentId, kind });
  if (intent === null) await noteIgnored(tx, kind);
  return intent;
}

/** Once per run of the workflow, however often it is retried: forged messages must not fill the tables. */
async function noteIgnored(tx: TenantTransaction, kind: IntentHint["kind"]): Promise<void> {
  const { workflowExecution } = activityInfo();
  log.warn("a message that nobody is on record for was ignored", { kind, tenant: tx.tenant });
  const onceKey = `ignored/${kind}/${workflowExecution?.runId ?? ""}`;
  await appendEvent(tx, { cause: "message_ignored", actor: "system", reason: null, onceKey });
  await appendAudit(tx, {
    ...{ actorKind: "anonymous", actorId: null, actorName: null, action: `container.${kind}`, outcome: "denied" },
    ...{ targetKind: "container", targetId: null, remoteAddress: null, requestId: null },
    detail: { tenant: tx.tenant, why: "not recorded" },
    onceKey: `${tx.tenant}/${onceKey}`,
  });
}
