// The installation's own tables: settings, wrapped keys, system agents, engines. Global.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { KeyPurpose } from "../../adapters/crypto/keyring.ts";
import type { SYSTEM_AGENT_ROLES } from "../../contracts/core/closed-sets.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { createdAt, timestamp } from "../core/columns.ts";

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

/** The key that the api's codes are checked with (see db/core/authority.ts); one row, which no service may read. */
export const AuthorityKey = defineEntity({
  name: "AuthorityKey",
  tableName: "authority",
  schema: "mosaic",
  properties: {
    id: p.boolean().primary().default(true),
    secret: p.blob(),
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
    /** Null while no worker has looked. */
    isolation: p.json<unknown>().nullable(),
  },
});
export type EngineRow = InferEntity<typeof Engine>;
