// Why a pool gives nothing.
import { exhaustionReason, type PoolCounts } from "./credential-pool.ts";

const none: PoolCounts = {
  ...{ total: 0, free: 0, leased: 0, disabled: 0, quarantined: 0, expiryPending: 0, coolingDown: 0, waiters: 0 },
  maxLeases: null,
};

test.each<[string | null, Partial<PoolCounts>]>([
  ["empty", {}],
  ["all_disabled", { total: 2, disabled: 1, quarantined: 1 }],
  ["lease_limit", { total: 3, free: 2, leased: 1, maxLeases: 1 }],
  ["lease_limit", { total: 1, free: 1, maxLeases: 0 }],
  ["waiters_first", { total: 1, free: 1, waiters: 1 }],
  ["all_leased", { total: 3, leased: 1, disabled: 1, coolingDown: 1 }],
  ["cooling_down", { total: 2, coolingDown: 1, expiryPending: 1 }],
  ["expiry_pending", { total: 1, expiryPending: 1 }],
  [null, { total: 2, free: 1, leased: 1, maxLeases: 2 }],
])("%s: %j", (reason, counts) => {
  expect(exhaustionReason({ ...none, ...counts }, { standsBehindWaiters: true })).toBe(reason);
});

test("a waiter is not refused because of the waiters", () => {
  expect(exhaustionReason({ ...none, total: 1, free: 1, waiters: 1 }, { standsBehindWaiters: false })).toBeNull();
});
