// Requests to restart, stop or remove a container: recorded in Postgres first. The message to the workflow has only the id.
import { tenantParts, type Tenant } from "../core/tenant.ts";
import type { ContainerReason } from "./container-reasons.ts";
import { describeReason } from "./reason-words.ts";

export const INTENT_KINDS = ["restart", "stop", "retire"] as const;
export type IntentKind = (typeof INTENT_KINDS)[number];

/** The signals `restart`, `stop` and `retire`: a hint to look at the record. */
export interface IntentMessage {
  readonly intentId: string;
}

export interface AskedBy {
  /** A principal's id, or `system`. */
  readonly by: string;
  /** Null: the system, or nobody who is still known. */
  readonly byName: string | null;
  /** Null if they gave none. */
  readonly reason: ContainerReason | null;
}

const DONE: Readonly<Record<IntentKind, string>> = { restart: "Restarted", stop: "Stopped", retire: "Deleted" };

/** For operators and the command line, in English: `Stopped by Ana: “New image.”`. */
export function describeIntent(kind: IntentKind, { by, byName, reason }: AskedBy, tenant?: Tenant): string {
  const isOwner = tenant !== undefined && tenantParts(tenant).id === by;
  const who = isOwner ? "its owner" : by === "system" ? "the system" : (byName ?? "a deleted account");
  return `${DONE[kind]} by ${who}${reason === null ? "." : `: “${describeReason(reason)}”`}`;
}
