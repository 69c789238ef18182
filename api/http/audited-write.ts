// The transaction of an audited change: the handler's work and the audit row commit together or not at all, and what only
// administrators may do is done only while the caller is one.
import type { AuditTarget } from "../../contracts/audit/actions.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Principal } from "../../contracts/core/principal.ts";
import type { Database, GlobalTransaction } from "../../db/core/database.ts";
import { appendAudit, type AuditRecord } from "../../db/audit/audit.ts";
import { assertStillAdministrator } from "../../db/people/user-changes.ts";
import type { AuditedWrites, AuditFacts, AuditRule, Route } from "./define-route.ts";

export interface AuditCircumstances {
  readonly principal: Principal | null;
  readonly remoteAddress: string;
  readonly requestId: string;
  /** Of the address, as they were sent. */
  readonly params: Readonly<Record<string, unknown>>;
}

export interface AuditTrail extends AuditedWrites {
  /** @throws FleetError INTERNAL when the route is audited and nothing was written: a programming error. */
  assertWritten(): void;
  /** Records that an audited action was refused, in a transaction of its own. */
  recordRefusal(error: FleetError): Promise<void>;
}

/** Refusals worth a row: someone tried something that they may not do. The others are typos. */
const RECORDED_REFUSALS: ReadonlySet<FleetError["code"]> = new Set([
  "SIGN_IN_FAILED",
  "OIDC_REJECTED",
  "SETUP_TOKEN_INVALID",
  "FORBIDDEN",
]);

export function createAuditTrail(db: Database, route: Route, circumstances: AuditCircumstances): AuditTrail {
  const rule = route.audit !== undefined && "action" in route.audit ? route.audit : null;
  let written = false;

  async function append(tx: GlobalTransaction, facts: AuditFacts, outcome: "success" | "denied"): Promise<void> {
    await appendAudit(tx, auditRecord(requireRule(rule, route), facts, { ...circumstances, outcome }));
  }

  async function audited<Tx extends GlobalTransaction, T>(
    tx: Tx,
    work: (tx: Tx) => Promise<T>,
    facts: ((result: T) => AuditFacts) | undefined,
  ): Promise<T> {
    if (route.who === "admin") await assertStillAdministrator(tx, sessionOf(circumstances.principal));
    const result = await work(tx);
    await append(tx, facts?.(result) ?? {}, "success");
    return result;
  }

  return {
    async write(tenant, work, facts) {
      const result = await db.asTenant(tenant, (tx) => audited(tx, work, facts));
      written = true;
      return result;
    },
    async writeGlobally(work, facts) {
      const result = await db.globally((tx) => audited(tx, work, facts));
      written = true;
      return result;
    },
    assertWritten() {
      if (rule !== null && !written)
        throw new FleetError("INTERNAL", `Route ${route.operationId} answered without its audit row.`);
    },
    async recordRefusal(error) {
      if (rule === null || written || !RECORDED_REFUSALS.has(error.code)) return;
      const reason = error.details?.["reason"];
      const detail = { code: error.code, ...(reason === undefined ? {} : { reason }) };
      await db.globally((tx) => append(tx, { ...refusedTarget(rule, circumstances.params), detail }, "denied"));
    },
  };
}

/** Which part of an address identifies the target; `id` for the others. */
const PARAM_OF: Partial<Record<AuditTarget, string>> = {
  ...{ team: "teamId", key: "keyId", credential_key: "keyId", credential_pool: "kind", "system-agent": "name" },
};
/** As ids are written: anyone may have sent it. */
const PLAIN_ID = /^[\w.:-]{1,100}$/;

/** What someone tried to change, by the address: the handler did not get as far as to say it. */
function refusedTarget({ target }: AuditRule, params: AuditCircumstances["params"]): Pick<AuditFacts, "targetId"> {
  const named = params[PARAM_OF[target] ?? "id"];
  if (typeof named !== "string" || !PLAIN_ID.test(named)) return {};
  return { targetId: target === "system-agent" ? `system:${named}` : named };
}

/** @throws FleetError INTERNAL: only sessions get as far as a route for administrators. */
function sessionOf(principal: Principal | null): Parameters<typeof assertStillAdministrator>[1] {
  if (principal?.kind !== "human" || principal.carrier !== "session")
    throw new FleetError("INTERNAL", "A change by an administrator has no session.");
  return { userId: principal.id, sessionId: Buffer.from(principal.credentialId, "hex") };
}

function requireRule(rule: AuditRule | null, route: Route): AuditRule {
  if (rule === null) throw new FleetError("INTERNAL", `Route ${route.operationId} writes but declares no audit.`);
  return rule;
}

function auditRecord(
  rule: AuditRule,
  facts: AuditFacts,
  circumstances: AuditCircumstances & Pick<AuditRecord, "outcome">,
): AuditRecord {
  const { principal, remoteAddress, requestId, outcome } = circumstances;
  const actor = facts.actor ?? actorOf(principal);
  const done = facts.done ?? rule;
  return {
    actorKind: facts.actor === undefined ? (principal?.kind ?? "anonymous") : "human",
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    action: done.action,
    targetKind: done.target,
    targetId: facts.targetId ?? null,
    outcome,
    remoteAddress,
    requestId,
    ...(facts.detail === undefined ? {} : { detail: facts.detail }),
  };
}

function actorOf(principal: Principal | null): { id: string; name: string | null } | null {
  if (principal === null) return null;
  return { id: principal.id, name: principal.kind === "container" ? null : principal.name };
}
