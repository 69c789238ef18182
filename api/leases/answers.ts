// Answers of the broker: bodies and statuses of its contract, and what each refusal says to people.
import {
  BROKER_CODES,
  type BrokerCode,
  type BrokerErrorBody,
  type LeaseRefusal,
} from "../../contracts/leases/credential-broker.ts";
import { POOL_EXHAUSTED_RETRY_MS } from "../../contracts/leases/credential-lease.ts";
import type { Guarded } from "../../db/leases/credential-sql.ts";
import type { Reply } from "../http/define-route.ts";

const REFUSALS: Readonly<Record<LeaseRefusal, string>> = {
  CREDENTIAL_NOT_FOUND: "There is no such credential.",
  KIND_MISMATCH: "The credential is of another kind.",
  CREDENTIAL_DISABLED: "The credential is disabled.",
  LEASE_NOT_FOUND: "The credential is not leased.",
  LEASE_NOT_OWNER: "The lease belongs to another owner.",
  LEASE_EXPIRED: "The lease has expired.",
  LEASE_ACTIVE: "The credential is leased. Try again when the lease has ended.",
  AUTH_ROLE_MISMATCH: "The lease belongs to another role.",
  PAYLOAD_NOT_CHUNKED: "The payload is not chunked: it was returned with the lease.",
  INVALID_CHUNK_INDEX: "The payload has no chunk of that index.",
  PAYLOAD_CHUNK_MISSING: "A chunk of the payload is missing.",
};

/** Always with a body: clients take an empty 2xx for success. */
export function ok(facts: Readonly<Record<string, unknown>> = {}): Reply {
  return { status: 200, body: { status: "ok", ...facts } };
}

/** A refusal of the request itself, with the status that the contract gives its code. */
export function refuse(code: BrokerCode, message: string): Reply {
  return errorReply(BROKER_CODES[code], { status: "error", code, message });
}

/** A refusal by the state of leases and credentials: 200, for clients read the body first. */
export function refuseByState(refusal: LeaseRefusal): Reply {
  return errorReply(200, { status: "error", code: refusal, message: REFUSALS[refusal] });
}

export type ExhaustionFacts = Omit<BrokerErrorBody, "status" | "code" | "message">;

/** An empty pool, an unknown kind and a pool whose rows are all leased look the same to a caller that asks for no more. */
export function poolExhausted(kind: string, facts: ExhaustionFacts = {}): Reply {
  const message = `No credential of the kind "${kind}" is free.`;
  return errorReply(200, { status: "error", code: "POOL_EXHAUSTED", message, retryAfterMs: POOL_EXHAUSTED_RETRY_MS, ...facts });
}

export function answerGuarded<T>(result: Guarded<T>, toFacts: (value: T) => Readonly<Record<string, unknown>>): Reply {
  return result.ok ? ok(toFacts(result.value)) : refuseByState(result.refusal);
}

function errorReply(status: number, body: BrokerErrorBody): Reply {
  return { status, body };
}
