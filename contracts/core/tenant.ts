// The tenant: owner of data and of one agent container.
import { z } from "zod";
import { TENANT_KINDS } from "./closed-sets.ts";

export type TenantKind = (typeof TENANT_KINDS)[number];

const SYSTEM_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const TENANT = new RegExp(`^(?:(?:human|agent):${UUID}|system:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$`);

export const systemNameSchema = z.string().regex(SYSTEM_NAME, "Use 1 to 63 lower-case letters, digits and inner hyphens.");

/** `human:<userId>`, `agent:<agentUserId>` or `system:<name>`. */
export const tenantSchema = z.string().regex(TENANT, "Not a tenant key.").brand<"Tenant">();
export type Tenant = z.infer<typeof tenantSchema>;

export function humanTenant(userId: string): Tenant {
  return tenantSchema.parse(`human:${userId}`);
}

export function agentTenant(agentUserId: string): Tenant {
  return tenantSchema.parse(`agent:${agentUserId}`);
}

export function systemTenant(name: string): Tenant {
  return tenantSchema.parse(`system:${name}`);
}

/** Splits a tenant key into its kind and the id or name behind the colon. */
export function tenantParts(tenant: Tenant): { kind: TenantKind; id: string } {
  const colon = tenant.indexOf(":");
  return { kind: z.enum(TENANT_KINDS).parse(tenant.slice(0, colon)), id: tenant.slice(colon + 1) };
}
