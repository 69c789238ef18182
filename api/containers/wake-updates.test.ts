// Which update carries a request to wake an agent.
import { humanTenant } from "../../contracts/core/tenant.ts";
import { createWakeUpdates } from "./wake-updates.ts";

const ada = humanTenant("00000000-0000-4000-8000-000000000001");
const ben = humanTenant("00000000-0000-4000-8000-000000000002");
let now = 0;
const create = () => createWakeUpdates({ lifetimeMs: 1_000, nowMs: () => now });

beforeEach(() => void (now = 0));

test("all who want one agent share an update, others have their own", () => {
  const updates = create();
  expect(updates.idFor(ada)).toBe(updates.idFor(ada));
  expect(updates.idFor(ben)).not.toBe(updates.idFor(ada));
});

test("after an outcome a new one begins, which a late word of the old one does not end", () => {
  const updates = create();
  const first = updates.idFor(ada);
  updates.settled(ada, first);
  const second = updates.idFor(ada);
  updates.settled(ada, first);
  expect(second).not.toBe(first);
  expect(updates.idFor(ada)).toBe(second);
});

test("one without an outcome is forgotten in the end", () => {
  const updates = create();
  const first = updates.idFor(ada);
  now = 999;
  expect(updates.idFor(ada)).toBe(first);
  now = 1_000;
  expect(updates.idFor(ada)).not.toBe(first);
});
