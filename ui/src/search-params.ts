// The query of an address, validated: invalid parameters are ignored.
import { AGENT_STATUSES } from "../../contracts/agents/facts.ts";
import { AUDIT_OUTCOMES, INVITE_STATUSES, USER_SORTS, USER_STATUSES } from "../../contracts/core/closed-sets.ts";
import { PAGE_MAX, PAGE_SIZES, SEARCH_MAX_CHARS } from "../../contracts/core/page-limits.ts";
import { SYSTEM_ROLES } from "../../contracts/core/principal.ts";

type Raw = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
/** The router reads digits as a number; they may well be what someone searches for. */
const words = (value: unknown): string | undefined => text(typeof value === "number" ? String(value) : value);
const positive = (value: unknown): number | undefined => {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 && number <= PAGE_MAX ? number : undefined;
};
const size = (value: unknown): number | undefined => PAGE_SIZES.find((each) => each === Number(value));
export function oneOf<const T extends string>(options: readonly T[], value: unknown): T | undefined {
  return options.find((option) => option === value);
}

/** Lists: page, rows per page, search, and the filters that a list may have. */
export interface ListSearch {
  readonly page?: number | undefined;
  readonly limit?: number | undefined;
  readonly search?: string | undefined;
  readonly status?: string | undefined;
  readonly role?: string | undefined;
  readonly kind?: string | undefined;
  readonly action?: string | undefined;
  readonly outcome?: string | undefined;
  readonly actorId?: string | undefined;
  readonly targetId?: string | undefined;
  /** Days, as 2026-11-21, in the reader's zone; both are in. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly sort?: string | undefined;
  readonly order?: "asc" | "desc" | undefined;
  readonly tab?: string | undefined;
}

export function listSearch(raw: Raw): ListSearch {
  return {
    page: positive(raw["page"]),
    limit: size(raw["limit"]),
    search: words(raw["search"])?.slice(0, SEARCH_MAX_CHARS),
    status: text(raw["status"]),
    role: text(raw["role"]),
    kind: text(raw["kind"]),
    action: text(raw["action"]),
    outcome: text(raw["outcome"]),
    sort: text(raw["sort"]),
    order: oneOf(["asc", "desc"], raw["order"]),
  };
}

export function usersSearch(raw: Raw): ListSearch {
  const { page, limit, search, order } = listSearch(raw);
  const shared = { page, limit, search };
  if (raw["tab"] === "invites") return { ...shared, tab: "invites", status: oneOf(INVITE_STATUSES, raw["status"]) };
  return {
    ...shared,
    order,
    sort: oneOf(USER_SORTS, raw["sort"]),
    status: oneOf(USER_STATUSES, raw["status"]),
    role: oneOf(SYSTEM_ROLES, raw["role"]),
  };
}

export function agentsSearch(raw: Raw): ListSearch {
  return { ...searchOnly(raw), status: oneOf(AGENT_STATUSES, raw["status"]) };
}

const day = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
const ACTION = /^[a-z_-]+\.(?:[a-z_-]+)?$/;
const ID_MAX_CHARS = 100;

export function auditSearch(raw: Raw): ListSearch {
  const { page, limit, search, action, outcome } = listSearch(raw);
  return {
    page,
    limit,
    search,
    action: action !== undefined && ACTION.test(action) ? action : undefined,
    outcome: oneOf(AUDIT_OUTCOMES, outcome),
    actorId: words(raw["actorId"])?.slice(0, ID_MAX_CHARS),
    targetId: words(raw["targetId"])?.slice(0, ID_MAX_CHARS),
    from: day(raw["from"]),
    to: day(raw["to"]),
  };
}

/** Where to go after signing in: a path of ours, and nothing a browser could take for another origin. */
export function nextSearch(raw: Raw): { readonly next?: string | undefined } {
  return { next: ownPath(text(raw["next"])) };
}

export function ownPath(path: string | undefined): string | undefined {
  if (path === undefined || !/^\/(?![/\\])/.test(path)) return undefined;
  const base = "https://own.invalid";
  return URL.canParse(path, base) && new URL(path, base).origin === base ? path : undefined;
}

export function onboardingSearch(raw: Raw): { readonly step?: string | undefined } {
  return { step: text(raw["step"]) };
}

export function searchOnly(raw: Raw): ListSearch {
  const { page, limit, search } = listSearch(raw);
  return { page, limit, search };
}

export function workspaceSearch(raw: Raw): ListSearch {
  return raw["tab"] === "teams" ? { tab: "teams" } : searchOnly(raw);
}
