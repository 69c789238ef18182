import { audienceSchema } from "../../contracts/registered-agents/registered-agent.ts";
import { humanTenant, tenantSchema } from "../../contracts/core/tenant.ts";
import { mayUse } from "./audience.ts";

const ANN = "11111111-1111-4111-8111-111111111111";
const HELPER = "22222222-2222-4222-8222-222222222222";
const HOME = "33333333-3333-4333-8333-333333333333";

const ann = { tenant: humanTenant(ANN), isAdministrator: false, workspaces: [] };
const helper = { tenant: tenantSchema.parse(`agent:${HELPER}`), isAdministrator: false, workspaces: [] };
const listed = (lists: object) => audienceSchema.parse({ who: "listed", ...lists });

test("everyone may use an agent that is for everyone", () => {
  const audience = audienceSchema.parse({ who: "everyone" });
  expect([ann, helper].map((who) => mayUse(audience, who))).toEqual([true, true]);
});

test("a list of people, of workspaces and of agents opens it for those alone", () => {
  expect(mayUse(listed({ people: [ANN] }), ann)).toBe(true);
  expect(mayUse(listed({ workspaces: [HOME] }), { ...ann, workspaces: [HOME] })).toBe(true);
  expect(mayUse(listed({ agents: [HELPER] }), helper)).toBe(true);
  for (const audience of [listed({}), listed({ people: [HELPER], agents: [ANN], workspaces: [HOME] })])
    expect([ann, helper].map((who) => mayUse(audience, who))).toEqual([false, false]);
});

test("an administrator may use every agent", () => {
  expect(mayUse(listed({}), { ...ann, isAdministrator: true })).toBe(true);
});
