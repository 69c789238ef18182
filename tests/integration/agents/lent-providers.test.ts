// Providers that an agent uses: its own, or those that its owner lends. Lent ones are used, and neither seen nor changed.
import { agentTenant, humanTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { loadAgentSettings } from "../../../db/containers/agent-settings.ts";
import { insertProvider, listProviders, openProviderKey } from "../../../db/providers/providers.ts";
import { addAgent, type CallingAgent } from "../../support/agents/calling-agents.ts";
import { useDatabase, useService } from "../../support/core/database.ts";
import { addPerson, providerInput } from "../../support/people/people.ts";

const database = useDatabase();
const api = useService(database, "api");
const worker = useService(database, "worker");
let agent: CallingAgent;
let owner: Tenant;

beforeEach(async () => {
  const person = await addPerson(api);
  owner = person.tenant;
  agent = await addAgent(api, { ownerId: person.userId });
  await api.asTenant(owner, (tx) => insertProvider(tx, providerInput({ apiKey: "sk-the-owners" })));
});

const keysUsedBy = async (tenant: Tenant, db = api): Promise<(string | undefined)[]> => {
  const { providers } = await db.asTenant(tenant, (tx) => loadAgentSettings(tx));
  return providers.map(({ apiKey }) => apiKey?.reveal());
};

test("an agent without a provider of its own uses its owner's, with the owner's key", async () => {
  expect(await keysUsedBy(agentTenant(agent.id))).toEqual(["sk-the-owners"]);
  expect(await keysUsedBy(agentTenant(agent.id), worker)).toEqual(["sk-the-owners"]);
});

test("one of its own takes their place", async () => {
  await api.asTenant(agentTenant(agent.id), (tx) => insertProvider(tx, providerInput({ apiKey: "sk-the-agents" })));
  expect(await keysUsedBy(agentTenant(agent.id))).toEqual(["sk-the-agents"]);
  expect(await keysUsedBy(owner)).toEqual(["sk-the-owners"]);
});

test("one of its own that cannot be used does not", async () => {
  await api.asTenant(agentTenant(agent.id), (tx) => insertProvider(tx, providerInput({ isActive: false, apiKey: "sk-off" })));
  expect(await keysUsedBy(agentTenant(agent.id))).toEqual(["sk-off", "sk-the-owners"]);
});

test("they are not among the agent's own, and the agent changes nothing of them", async () => {
  await api.asTenant(agentTenant(agent.id), async (tx) => {
    expect(await listProviders(tx)).toEqual([]);
    expect(await tx.sql("UPDATE mosaic.llm_providers SET base_url = 'https://elsewhere.test' RETURNING id")).toEqual([]);
    expect(await tx.sql("DELETE FROM mosaic.llm_providers RETURNING id")).toEqual([]);
  });
});

test("they are lent to the owner's agents alone, and not while the owner does not lend", async () => {
  const stranger = await addAgent(api, { ownerId: (await addPerson(api)).userId });
  expect(await keysUsedBy(agentTenant(stranger.id))).toEqual([]);
  await database.asOwner("UPDATE mosaic.agent_users SET uses_owner_providers = false WHERE id = $1", [agent.id]);
  expect(await keysUsedBy(agentTenant(agent.id))).toEqual([]);
});

test("a key under another tenant's row does not open", async () => {
  const thief = humanTenant((await addPerson(api)).userId);
  await database.asOwner("UPDATE mosaic.llm_providers SET tenant = $2 WHERE tenant = $1", [owner, thief]);
  await api.asTenant(thief, async (tx) => {
    const [row] = await listProviders(tx);
    expect(() => (row === undefined ? null : openProviderKey(tx, row))).toThrow(/cannot be read|unreadable/i);
  });
});
