// agent_containers, container_secrets, container_events: one agent container per tenant, its secrets, its timeline.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { ContainerCause, ContainerPhase, ContainerStatus } from "../../contracts/containers/agent-container.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import type { Tenant, TenantKind } from "../../contracts/core/tenant.ts";
import { createdAt, timestamp } from "../core/columns.ts";

/** Fleet kind: the fleet role sees all rows, so that no secret may stand here. */
export const AgentContainer = defineEntity({
  name: "AgentContainer",
  tableName: "agent_containers",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tenant: p.text().$type<Tenant>().unique(),
    kind: p.text().$type<TenantKind>(),
    name: p.text(),
    volumeName: p.text(),
    status: p.text().$type<ContainerStatus>().default("stopped"),
    phase: p.text().$type<ContainerPhase>().default("never_started"),
    reason: p.json<ContainerReason>().strictNullable(),
    host: p.text().strictNullable(),
    image: p.text().strictNullable(),
    engineContainerId: p.text().strictNullable(),
    address: p.text().strictNullable(),
    generation: p.integer().default(0),
    startId: p.text().strictNullable(),
    /** The desired revision. */
    configRevision: p.bigint("number").default(0),
    /** The revision that the running container fetched last, and the digest of what it got. */
    fetchedRevision: p.bigint("number").strictNullable(),
    fetchedDigest: p.text().strictNullable(),
    lastActivityAt: timestamp().strictNullable(),
    startedAt: timestamp().strictNullable(),
    statusChangedAt: timestamp().defaultRaw("mosaic.now()"),
    observedAt: timestamp().strictNullable(),
    observedState: p.text().strictNullable(),
    createdAt: createdAt(),
    retiredAt: timestamp().strictNullable(),
  },
  uniques: [{ properties: ["tenant", "id"] }],
});
export type AgentContainerRow = InferEntity<typeof AgentContainer>;

/** Private: the fleet role has no right to it at all. */
export const ContainerSecret = defineEntity({
  name: "ContainerSecret",
  tableName: "container_secrets",
  schema: "mosaic",
  properties: {
    containerId: p.uuid().primary(),
    tenant: p.text().$type<Tenant>(),
    /** HMAC of AGENT_TOKEN; null while no container may use one. */
    agentTokenHash: p.blob().strictNullable().unique(),
    /** Sealed; kept so that a start which is tried again hands out the same token. Only the worker may read it. */
    agentToken: p.text().strictNullable(),
    gatewayToken: p.text().strictNullable(),
    /** Sealed as well: one that was put in its place would let someone else pass for the gateway. */
    gatewayCertificate: p.text().strictNullable(),
    gatewayKey: p.text().strictNullable(),
    generation: p.integer().default(0),
    lastLogLines: p.json<string[]>().defaultRaw("'[]'"),
  },
});

/** Fleet kind. */
export const ContainerEvent = defineEntity({
  name: "ContainerEvent",
  tableName: "container_events",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tenant: p.text().$type<Tenant>(),
    containerId: p.uuid(),
    at: createdAt(),
    cause: p.text().$type<ContainerCause>(),
    phase: p.text().$type<ContainerPhase>(),
    actor: p.text(),
    reason: p.json<ContainerReason>().strictNullable(),
    generation: p.integer(),
  },
  indexes: [{ properties: ["tenant", "at"] }],
});
export type ContainerEventRow = InferEntity<typeof ContainerEvent>;
