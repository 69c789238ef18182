// personal_api_keys: keys of people for programs. Private; resolved by auth.resolve_api_key.
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { Scope } from "../../contracts/core/principal.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { createdAt, timestamp } from "../core/columns.ts";

export const PersonalApiKey = defineEntity({
  name: "PersonalApiKey",
  tableName: "personal_api_keys",
  schema: "mosaic",
  properties: {
    id: p.uuid().primary(),
    tenant: p.text().$type<Tenant>(),
    userId: p.uuid(),
    keyId: p.text().unique(),
    name: p.text(),
    hash: p.blob(),
    /** Binds the hash to the user: TokenHasher.bind. Null: made before there were proofs. */
    proof: p.blob().strictNullable(),
    lastFour: p.text(),
    scopes: p.array<Scope>(),
    createdAt: createdAt(),
    expiresAt: timestamp().strictNullable(),
    revokedAt: timestamp().strictNullable(),
    lastUsedAt: timestamp().strictNullable(),
  },
  uniques: [{ properties: ["tenant", "id"] }],
});
export type PersonalApiKeyRow = InferEntity<typeof PersonalApiKey>;
