// What names a tenant's sessions at a gateway that several people share. It does not reveal the tenant.
import { createHmac, type KeyObject } from "node:crypto";
import type { Tenant } from "../../contracts/core/tenant.ts";

const CHARS = 32;

/** The same for the same tenant, and for nobody else. */
export function sessionPrefix(digestKey: KeyObject, tenant: Tenant): string {
  return createHmac("sha256", digestKey).update("registered-session\0").update(tenant).digest("hex").slice(0, CHARS);
}
