// What stands behind the question mark on the pages of the fleet and of the credentials.
import { listSearch, oneOf, type ListSearch } from "./search-params.ts";

type Raw = Readonly<Record<string, unknown>>;

/** As in the contracts, whose files would bring their validator along. */
export const FLEET_STATUSES = ["running", "starting", "stopped", "error"] as const;
export const TENANT_KINDS = ["human", "agent", "system"] as const;
const FLEET_SORTS = ["attention", "owner", "host", "image", "lastActivity"] as const;

export function fleetSearch(raw: Raw): ListSearch {
  return {
    ...listSearch(raw),
    status: oneOf(FLEET_STATUSES, raw["status"]),
    kind: oneOf(TENANT_KINDS, raw["kind"]),
    sort: oneOf(FLEET_SORTS, raw["sort"]),
  };
}

export const CREDENTIAL_TABS = ["pools", "credentials", "events", "keys"] as const;
export type CredentialTab = (typeof CREDENTIAL_TABS)[number];

export function credentialSearch(raw: Raw): ListSearch & { readonly tab?: CredentialTab | undefined } {
  const { kind } = raw;
  // The router reads digits as a number, and a kind may be called so.
  const named = typeof kind === "number" ? String(kind) : kind;
  return { ...listSearch({ ...raw, kind: named }), tab: oneOf(CREDENTIAL_TABS, raw["tab"]) };
}
