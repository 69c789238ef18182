// Whose providers a route is about: the caller's, or a system agent's, which administrators look after.
import { z } from "zod";
import { systemNameSchema, systemTenant, type Tenant } from "../../contracts/core/tenant.ts";
import type { TenantTransaction } from "../../db/core/database.ts";
import { assertSystemAgent } from "../../db/containers/system-agent-changes.ts";
import type { AuditFacts, AuditRule, Route } from "../http/define-route.ts";
import type { Caller } from "../http/who.ts";

type Access<W> = Pick<Route, "scope" | "onboarding"> & { readonly who: W };
/** Who looks after providers: of their own, or of a system agent. */
export type ProviderCaller = "tenant" | "admin";
type ProviderChange = "create" | "update" | "delete";

/** `Named`: what of the address tells whose they are. */
export interface ProviderOwner<Named, W extends ProviderCaller> {
  /** Before `/providers`. */
  readonly path: "/api/me" | "/api/system-agents/:name";
  /** In operation ids. */
  readonly noun: "Provider" | "SystemAgentProvider";
  readonly words: { readonly one: string; readonly all: string };
  /** `probe`: of calls that try a connection. */
  readonly access: Readonly<Record<"read" | "write" | "probe", Access<W>>>;
  readonly ofAll: { readonly params?: z.ZodType<Named> };
  readonly ofOne: { readonly params: z.ZodType<Named & { id: string }> };
  tenant(call: Caller<W> & { readonly params: Named }): Tenant;
  /** @throws FleetError NOT_FOUND */
  assertThere(tx: TenantTransaction): Promise<void>;
  auditRule(change: ProviderChange): AuditRule;
  auditFacts(tenant: Tenant, provider: ChangedProvider): AuditFacts;
}

interface ChangedProvider {
  readonly id: string;
  readonly name: string;
  /** Names of what was changed. */
  readonly fields?: readonly string[];
}

const ID = { id: z.uuid() };
const NAME = { name: systemNameSchema };

export const OWN_PROVIDERS: ProviderOwner<unknown, "tenant"> = {
  path: "/api/me",
  noun: "Provider",
  words: { one: "a provider", all: "your providers" },
  access: {
    // The set-up looks whether there is a model before it ends.
    read: { who: "tenant", scope: "settings:read", onboarding: "always" },
    write: { who: "tenant", scope: "settings:write" },
    // The set-up tries its provider before anything is saved, and so asks before it is done.
    probe: { who: "tenant", scope: "settings:write", onboarding: "always" },
  },
  ofAll: {},
  ofOne: { params: z.strictObject(ID) },
  tenant: ({ caller }) => caller.tenant,
  assertThere: () => Promise.resolve(),
  auditRule: (change) => ({ action: `provider.${change}`, target: "provider" }),
  auditFacts: (_tenant, { id, ...detail }) => ({ targetId: id, detail }),
};

export const SYSTEM_AGENT_PROVIDERS: ProviderOwner<{ name: string }, "admin"> = {
  path: "/api/system-agents/:name",
  noun: "SystemAgentProvider",
  words: { one: "a provider of a system agent", all: "a system agent's providers" },
  access: { read: { who: "admin" }, write: { who: "admin" }, probe: { who: "admin" } },
  ofAll: { params: z.strictObject(NAME) },
  ofOne: { params: z.strictObject({ ...NAME, ...ID }) },
  tenant: ({ params }) => systemTenant(params.name),
  assertThere: assertSystemAgent,
  auditRule: (change) => ({ action: `system-agent.provider-${change}`, target: "system-agent" }),
  auditFacts: (tenant, { id, ...detail }) => ({ targetId: tenant, detail: { provider: id, ...detail } }),
};

/** Work within the owner's transaction, once it is known that there is one. */
export function withOwner<T>(
  owner: Pick<ProviderOwner<unknown, ProviderCaller>, "assertThere">,
  work: (tx: TenantTransaction) => Promise<T>,
): (tx: TenantTransaction) => Promise<T> {
  return async (tx) => {
    await owner.assertThere(tx);
    return await work(tx);
  };
}
