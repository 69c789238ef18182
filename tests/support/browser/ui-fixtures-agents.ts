// The api's answers for the pages about agents with keys of their own: mine, everyone's, and the instructions for their builders.
import {
  adminAgentPageSchema,
  adminAgentViewSchema,
  agentDetailSchema,
  agentListSchema,
  agentKeyViewSchema,
  agentViewSchema,
  type AdminAgentView,
  type AgentKeyView,
  type AgentView,
} from "../../../contracts/agents/schema.ts";
import { plainReason } from "../../../contracts/containers/container-reasons.ts";
import { containerViewSchema } from "../../../contracts/containers/agent-container.ts";
import { ago, hold, SIGNED_IN, SIGNED_OUT, uuid, type Answers, type PageAtRest } from "./ui-fixtures.ts";

const DAY = 60 * 24;
const ID = uuid(41);
const DISABLED_ID = uuid(43);

const agent = (number: number, more: Partial<AgentView>): AgentView =>
  agentViewSchema.parse({
    ...{ agentUserId: uuid(40 + number), handle: "night-build", status: "active", disabledBy: null, disabledReason: null },
    ...{ createdAt: ago(DAY * 40), lastUsedAt: ago(3), description: "", usesOwnerProviders: true },
    ...{ keys: { active: 2, total: 4 }, ...more },
  });
const agents: readonly AgentView[] = [
  agent(1, { description: "Explains what went wrong in the builds of the night, and opens a ticket for each." }),
  agent(2, { handle: "a-very-long-handle-for-narrow-screens-xx", lastUsedAt: null, keys: { active: 1, total: 1 } }),
  agent(3, {
    ...{ handle: "price-watch", status: "disabled", disabledBy: "administrator", usesOwnerProviders: false },
    ...{ disabledReason: "It sent 40 messages a minute.", lastUsedAt: ago(DAY), keys: { active: 0, total: 1 } },
  }),
];

const keyId = (last: string): string => `oak_live_abcdefghij234567abc${last}`;
const key = (last: string, more: Partial<AgentKeyView>): AgentKeyView =>
  agentKeyViewSchema.parse({
    ...{ keyId: keyId(last), description: "Build server", scopes: ["chat:send"], lastFour: "Zr4k", createdAt: ago(DAY * 4) },
    ...{ lastUsedAt: ago(3), expiresAt: ago(-DAY * 86), revokedAt: null, replacedBy: null, ...more },
  });
const keys: readonly AgentKeyView[] = [
  key("a", {}),
  key("b", { lastFour: "p0Xq", expiresAt: ago(-50), replacedBy: keyId("a"), lastUsedAt: ago(9) }),
  key("c", { description: "", lastFour: "7yLm", scopes: ["chat:send", "keys:manage"], expiresAt: null, lastUsedAt: null }),
  key("d", { description: "Laptop", lastFour: "kk2B", expiresAt: ago(-DAY * 6) }),
  key("e", { description: "First attempt", lastFour: "aB3c", revokedAt: ago(DAY * 2) }),
];

const container = containerViewSchema.parse(SIGNED_IN["GET /api/me/agent"]?.body);
const failed = containerViewSchema.parse({
  ...{ ...container, status: "error", phase: "failed", reason: plainReason("out_of_memory"), startedAt: null, sleepsAt: null },
  lastLogLines: ["[gateway] loading", "[gateway] heap out of memory"],
});
const detail = (of: AgentView | undefined, more: { keys: readonly AgentKeyView[]; container: typeof container }) => ({
  body: hold(agentDetailSchema, { agent: agentViewSchema.parse(of), keys: [...more.keys], container: more.container }),
});

const everyone: readonly AdminAgentView[] = agents.map((of, number) => {
  const { agentUserId, handle, status, disabledBy, disabledReason, createdAt, lastUsedAt, keys: count } = of;
  const owner = number === 1 ? null : { id: uuid(1), name: "Ana Weber" };
  const facts = { agentUserId, handle, status, disabledBy, disabledReason, createdAt, lastUsedAt, keys: count };
  return adminAgentViewSchema.parse({ ...facts, owner });
});
const page = (rows: readonly AdminAgentView[], total: number) => ({
  body: hold(adminAgentPageSchema, {
    agents: [...rows],
    meta: { page: 1, limit: 50, total, totalPages: Math.max(1, Math.ceil(total / 50)) },
  }),
});

export const AGENT_ANSWERS: Answers = {
  ...SIGNED_IN,
  "GET /api/agents": { body: hold(agentListSchema, { agents: [...agents] }) },
  [`GET /api/agents/${ID}`]: detail(agents[0], { keys, container }),
  [`GET /api/agents/${DISABLED_ID}`]: detail(agents[2], { keys: keys.slice(4), container: failed }),
  "GET /api/admin/agents": page(everyone, 73),
};
const NONE: Answers = { ...AGENT_ANSWERS, "GET /api/agents": { body: hold(agentListSchema, { agents: [] }) } };

export const AGENT_PAGES: readonly PageAtRest[] = [
  { name: "own-agents", path: "/settings/agents", answers: AGENT_ANSWERS },
  { name: "own-agents-empty", path: "/settings/agents", answers: NONE },
  { name: "own-agent", path: `/settings/agents/${ID}`, answers: AGENT_ANSWERS },
  { name: "own-agent-disabled", path: `/settings/agents/${DISABLED_ID}`, answers: AGENT_ANSWERS },
  { name: "all-agents", path: "/admin/agents", answers: AGENT_ANSWERS },
  { name: "agent-login", path: "/kb/agent-login", answers: SIGNED_OUT },
];
