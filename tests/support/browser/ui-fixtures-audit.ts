// The api's answer for the audit log: done, refused and failed; by people, the system, and someone who was not signed in.
import { auditPageSchema } from "../../../contracts/audit/audit.ts";
import { ago, hold, uuid } from "./ui-fixtures.ts";

const DAY = 60 * 24;
const GONE = uuid(5);

const audited = (number: number, minutes: number, action: string, more: object = {}) => ({
  id: uuid(400 + number),
  occurredAt: ago(minutes),
  actorKind: "human" as const,
  actorId: uuid(1),
  actorName: "Ana Weber",
  action,
  targetKind: "user",
  targetId: GONE,
  targetName: "Carla Neri",
  outcome: "success" as const,
  remoteAddress: "192.0.2.17",
  requestId: `req-${number}`,
  detail: {},
  ...more,
});
/** A container, with its owner. */
const agentOf = (targetName: string) => ({ targetKind: "container", targetId: uuid(60), targetName });
const events = [
  audited(1, 1, "user.deactivate", { detail: { reason: "Left the company." } }),
  audited(2, 14, "container.restart", { ...agentOf("Ben Okafor"), detail: { reason: "Unexpected response." } }),
  audited(3, 42, "session.create", { targetKind: "session", targetName: null }),
  audited(4, 43, "session.create", {
    ...{ actorKind: "anonymous", actorId: null, actorName: null, targetKind: "session", targetId: null, targetName: null },
    ...{ outcome: "denied", detail: { code: "SIGN_IN_FAILED" } },
  }),
  audited(5, 50, "user.deactivate", { actorName: "Ben Okafor", outcome: "denied", detail: { code: "FORBIDDEN" } }),
  audited(6, DAY * 2, "system-agent.create", {
    ...{ targetKind: "system-agent", targetId: "system:monitor", targetName: "Night watch" },
  }),
  audited(7, DAY * 3, "container.remove_orphan", {
    ...{ actorKind: "system", actorId: null, actorName: "reconciler", outcome: "failed" },
    ...agentOf("Ben Okafor"),
  }),
  audited(8, DAY * 4, "key.revoke", { targetKind: "key", targetId: "mpk_abcdefghij2345abcdef", targetName: null }),
  audited(9, DAY * 5, "audit.retention", { actorKind: "system", actorId: null, actorName: null, targetName: null }),
];

export const AUDIT_PAGE = {
  body: hold(auditPageSchema, {
    events,
    meta: { page: 1, limit: 50, total: 2_417, totalPages: 49 },
    actions: [...new Set(events.map(({ action }) => action))].toSorted(),
  }),
};
