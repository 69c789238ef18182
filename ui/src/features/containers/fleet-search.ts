// The query in the address of the fleet's and the credentials' pages.
import { CONTAINER_STATUSES, FLEET_SORTS, TENANT_KINDS } from "../../../../contracts/core/closed-sets.ts";
import { listSearch, oneOf, type ListSearch } from "../../search-params.ts";

type Raw = Readonly<Record<string, unknown>>;

export function fleetSearch(raw: Raw): ListSearch {
  const { page, limit, search, order } = listSearch(raw);
  return {
    ...{ page, limit, search, order },
    sort: oneOf(FLEET_SORTS, raw["sort"]),
    status: oneOf(CONTAINER_STATUSES, raw["status"]),
    kind: oneOf(TENANT_KINDS, raw["kind"]),
  };
}

export const CREDENTIAL_TABS = ["pools", "credentials", "events", "keys"] as const;
export type CredentialTab = (typeof CREDENTIAL_TABS)[number];

export function credentialSearch(raw: Raw): ListSearch & { readonly tab?: CredentialTab | undefined } {
  const tab = oneOf(CREDENTIAL_TABS, raw["tab"]);
  // The router reads digits as a number, and a kind may be called so.
  const named = typeof raw["kind"] === "number" ? String(raw["kind"]) : raw["kind"];
  const { page, limit, search, status, kind } = listSearch({ ...raw, kind: named });
  // The broker's keys are not filtered, so that no filter may count there.
  return tab === "keys" ? { page, limit, tab } : { page, limit, search, status, kind, tab };
}
