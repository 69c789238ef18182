// People and providers for database tests.
import { randomBytes } from "node:crypto";
import type { ProviderCreate } from "../../../contracts/providers/provider.ts";
import { humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import type { SystemRole } from "../../../contracts/core/principal.ts";
import type { Database } from "../../../db/core/database.ts";
import { insertLocalUser } from "../../../db/people/users.ts";

export interface Person {
  readonly userId: string;
  readonly username: string;
  readonly tenant: Tenant;
}

/** `api`: opened with role api. The password hash matches no password. */
export async function addPerson(api: Database, systemRole: SystemRole = "member"): Promise<Person> {
  const username = `user-${randomBytes(4).toString("hex")}`;
  const row = await api.globally((tx) => insertLocalUser(tx, { username, passwordHash: "none", systemRole }));
  return { userId: row.id, username, tenant: humanTenant(row.id) };
}

export function providerInput(change: Partial<ProviderCreate> = {}): ProviderCreate {
  const model = { id: "model-1", name: "Model 1", contextWindow: 128_000, maxTokens: 8_192 };
  return {
    name: "main",
    displayName: "Main",
    type: "custom",
    baseUrl: "https://models.example.test/v1",
    apiKey: "sk-canary-0123456789",
    models: [model],
    isActive: true,
    ...change,
  };
}
