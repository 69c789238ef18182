// The installation's own tables: settings, wrapped keys, system agents, engines. Global.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { KeyPurpose } from "../../adapters/keyring.ts";
import type { SYSTEM_AGENT_ROLES } from "../../contracts/closed-sets.ts";
import type { Tenant } from "../../contracts/tenant.ts";
import { createdAt, timestamp } from "./columns.ts";

export const SystemConfig = defineEntity({
  name: "SystemConfig",
  tableName: "system_config",
  schema: "mosaic",
  properties: {
    key: p.text().primary(),
    value: p.json<unknown>().nullable(),
    sealed: p.text().strictNullable(),
    updatedAt: timestamp().defaultRaw("mosaic.now()"),
    updatedBy: p.text().strictNullable(),
  },
});

export const CryptoKey = defineEntity({
  name: "CryptoKey",
  tableName: "crypto_keys",
  schema: "mosaic",
  properties: {
    id: p.text().primary(),
    purpose: p.text().$type<KeyPurpose>(),
    wrapped: p.text(),
    createdAt: createdAt(),
    retiredAt: timestamp().strictNullable(),
  },
});

/** What a system agent is; its container is a row of agent_containers like any other. */
export const SystemContainer = defineEntity({
  name: "SystemContainer",
  tableName: "system_containers",
  schema: "mosaic",
  properties: {
    tenant: p.text().$type<Tenant>().primary(),
    name: p.text().unique(),
    displayName: p.text(),
    role: p.text().$type<(typeof SYSTEM_AGENT_ROLES)[number]>(),
    isEnabled: p.boolean().default(true),
    createdAt: createdAt(),
    createdBy: p.text().strictNullable(),
  },
});
export type SystemContainerRow = InferEntity<typeof SystemContainer>;

/** One container engine, as the watcher saw it last. The api reads it, for it has no socket. */
export const Engine = defineEntity({
  name: "Engine",
  tableName: "engines",
  schema: "mosaic",
  properties: {
    name: p.text().primary(),
    lastSeen: timestamp(),
    ok: p.boolean(),
    detail: p.text().default(""),
    version: p.text().strictNullable(),
    networkId: p.text().strictNullable(),
    subnet: p.text().strictNullable(),
    gatewayAddress: p.text().strictNullable(),
  },
});
export type EngineRow = InferEntity<typeof Engine>;
