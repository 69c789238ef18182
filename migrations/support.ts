// SQL that migrations have in common. Every table of a tenant goes through `tenantTable`, so that none is left open.

/** Tables of a tenant: what a tenant policy binds. `fleet`: the fleet role sees all rows, under column grants. */
export interface TenantTable {
  readonly name: string;
  readonly kind: "private" | "fleet";
}

/**
 * Row-level security for one table: enabled, forced on its owner too, and the tenant policy. The sub-select makes
 * Postgres evaluate the setting once per statement.
 */
export function tenantTable({ name, kind }: TenantTable): string[] {
  const own = "tenant = (SELECT mosaic.tenant())";
  const statements = [
    ...rowLevelSecurity(name),
    `ALTER TABLE mosaic.${name} ADD CONSTRAINT ${name}_tenant_check CHECK (tenant ~ '^(human|agent|system):.')`,
    `CREATE POLICY tenant ON mosaic.${name} FOR ALL TO mosaic_api, mosaic_worker USING (${own}) WITH CHECK (${own})`,
  ];
  if (kind === "private") return statements;
  return [...statements, `CREATE POLICY fleet ON mosaic.${name} FOR ALL TO mosaic_fleet USING (true) WITH CHECK (true)`];
}

export function rowLevelSecurity(name: string): string[] {
  return [`ALTER TABLE mosaic.${name} ENABLE ROW LEVEL SECURITY`, `ALTER TABLE mosaic.${name} FORCE ROW LEVEL SECURITY`];
}

/** Lets the SECURITY DEFINER functions of schema auth see (and with `update` change) all rows, under column grants. */
export function visibleToAuth(name: string, rights: "select" | "update"): string[] {
  const policy = (verb: string): string =>
    `CREATE POLICY auth_${verb.toLowerCase()} ON mosaic.${name} FOR ${verb} TO mosaic_auth USING (true)`;
  return rights === "select" ? [policy("SELECT")] : [policy("SELECT"), policy("UPDATE")];
}
