// Providers and agent configuration: keys bound to their origin, one revision and one message per change.
import type { ProviderUpdate } from "../../../contracts/providers/provider.ts";
import { getAgentConfig, updateAgentConfig } from "../../../db/agent-config/agent-configs.ts";
import { loadAgentSettings } from "../../../db/containers/agent-settings.ts";
import {
  deleteProvider,
  getProvider,
  insertProvider,
  listProviders,
  openProviderKey,
  updateProvider,
} from "../../../db/providers/providers.ts";
import { takeBatch } from "../../../db/core/outbox.ts";
import { addPerson, providerInput, type Person } from "../../support/people/people.ts";
import { useDatabase, useService } from "../../support/core/database.ts";

const KEY = "sk-canary-0123456789";
const database = useDatabase();
const api = useService(database, "api");
let person: Person;

beforeEach(async () => {
  person = await addPerson(api);
});

const insert = (change = {}) => api.asTenant(person.tenant, (tx) => insertProvider(tx, providerInput(change)));
const update = (id: string, change: ProviderUpdate) => api.asTenant(person.tenant, (tx) => updateProvider(tx, id, change));
const openKey = (id: string) =>
  api.asTenant(person.tenant, async (tx) => openProviderKey(tx, await getProvider(tx, id))?.reveal() ?? null);

test("a provider's key is stored sealed, opens again, and shows four characters", async () => {
  const row = await insert();
  expect(row).toMatchObject({
    name: "main",
    apiKeyLastFour: "6789",
    baseUrl: "https://models.example.test/v1",
    apiType: "openai-completions",
  });
  expect(row.apiKey).toMatch(/^enc:v1:/);
  expect(await openKey(row.id)).toBe(KEY);
  expect(row.createdAt).toBeInstanceOf(Date);
});

test("the type's defaults fill in what is absent; a type without a default address needs one", async () => {
  expect(await insert({ type: "anthropic", baseUrl: null })).toMatchObject({
    baseUrl: "https://api.anthropic.com",
    apiType: "anthropic-messages",
  });
  await expect(insert({ name: "other", baseUrl: undefined })).rejects.toMatchObject({
    ...{ code: "VALIDATION_FAILED", validations: [{ path: "baseUrl" }] },
  });
});

test("a second provider of the same name is a conflict, for another person it is not", async () => {
  await insert();
  await expect(insert()).rejects.toMatchObject({ code: "CONFLICT" });
  person = await addPerson(api);
  await insert();
});

test("a key moved by SQL to another row, tenant or server stays shut", async () => {
  const [row, other] = [await insert(), await insert({ name: "other", apiKey: null })];
  await database.asOwner("UPDATE mosaic.llm_providers SET api_key = $2 WHERE id = $1", [other.id, row.apiKey]);
  await expect(openKey(other.id)).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });

  await database.asOwner("UPDATE mosaic.llm_providers SET base_url = 'https://evil.test' WHERE id = $1", [row.id]);
  await expect(openKey(row.id)).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
  await database.asOwner("UPDATE mosaic.llm_providers SET base_url = 'https://models.example.test/v1' WHERE id = $1", [row.id]);
  expect(await openKey(row.id)).toBe(KEY);

  const thief = await addPerson(api);
  await database.asOwner("UPDATE mosaic.llm_providers SET tenant = $2 WHERE id = $1", [row.id, thief.tenant]);
  person = thief;
  await expect(openKey(row.id)).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
});

test("a new server needs the key in the same call, a new path on the same server does not", async () => {
  const { id } = await insert();
  await expect(update(id, { baseUrl: "https://evil.test/v1" })).rejects.toMatchObject({
    ...{ code: "VALIDATION_FAILED", validations: [{ path: "apiKey" }] },
  });
  expect(await update(id, { baseUrl: "https://models.example.test/v2" })).toMatchObject({
    baseUrl: "https://models.example.test/v2",
  });
  expect(await openKey(id)).toBe(KEY);
  await update(id, { baseUrl: "https://new.example.test", apiKey: "sk-second-0123456789" });
  expect(await openKey(id)).toBe("sk-second-0123456789");
  expect(await update(id, { apiKey: null })).toMatchObject({ apiKey: null, apiKeyLastFour: null });
  await update(id, { baseUrl: "https://third.example.test" });
});

test("absent fields of a change stay as they are", async () => {
  const before = await insert();
  const after = await update(before.id, { isActive: false });
  expect({ ...after, isActive: true, updatedAt: 0 }).toEqual({ ...before, updatedAt: 0 });
  expect(after.updatedAt.getTime()).toBeGreaterThanOrEqual(before.updatedAt.getTime());
});

test("somebody else's provider is not found", async () => {
  const { id } = await insert();
  person = await addPerson(api);
  await expect(openKey(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(update(id, { isActive: false })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(api.asTenant(person.tenant, (tx) => deleteProvider(tx, id))).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("the default provider is forgotten when it is deleted", async () => {
  const { id } = await insert();
  await api.asTenant(person.tenant, (tx) => updateAgentConfig(tx, { providerId: id, personality: "calm" }));
  await api.asTenant(person.tenant, (tx) => deleteProvider(tx, id));
  expect(await api.asTenant(person.tenant, (tx) => getAgentConfig(tx))).toMatchObject({
    providerId: null,
    personality: "calm",
    revision: 3,
  });
});

test("another person's provider cannot be chosen", async () => {
  const { id } = await insert();
  person = await addPerson(api);
  await expect(api.asTenant(person.tenant, (tx) => updateAgentConfig(tx, { providerId: id }))).rejects.toMatchObject({
    ...{ code: "VALIDATION_FAILED", validations: [{ path: "providerId" }] },
  });
});

test("every change raises the revision by one and puts one message into the outbox; a failed one does neither", async () => {
  const fleet = await database.openAs("fleet");
  const { id } = await insert();
  await update(id, { isActive: false });
  await expect(insert()).rejects.toMatchObject({ code: "CONFLICT" });
  expect((await api.asTenant(person.tenant, (tx) => getAgentConfig(tx))).revision).toBe(2);
  const deliveries = await fleet.globally((tx) =>
    takeBatch(tx, { subjects: 1000, covering: new Set(["container.config-changed"]) }),
  );
  expect(deliveries.filter((delivery) => delivery.tenant === person.tenant)).toMatchObject([
    { payload: { topic: "container.config-changed", revision: 2 }, ids: [expect.any(Number), expect.any(Number)] },
  ]);
});

test("twenty changes at once are twenty revisions, and none overwrites another", async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      api.asTenant(person.tenant, (tx) =>
        updateAgentConfig(tx, index % 2 === 0 ? { personality: "calm" } : { primaryModel: "main/model-1" }),
      ),
    ),
  );
  expect(await api.asTenant(person.tenant, (tx) => getAgentConfig(tx))).toMatchObject({
    revision: 20,
    personality: "calm",
    primaryModel: "main/model-1",
  });
});

test("the settings for the container hold the opened keys, also for the worker", async () => {
  await insert();
  const worker = await database.openAs("worker");
  const settings = await worker.asTenant(person.tenant, (tx) => loadAgentSettings(tx));
  expect(settings).toMatchObject({
    revision: 1,
    primaryModel: null,
    fallbackModels: [],
    providers: [{ name: "main", type: "custom" }],
  });
  expect(settings.providers[0]?.apiKey?.reveal()).toBe(KEY);
  expect(JSON.stringify(settings)).not.toContain(KEY);
});

test("providers are listed in order of creation", async () => {
  for (const name of ["b", "a", "c"]) await insert({ name });
  expect((await api.asTenant(person.tenant, (tx) => listProviders(tx))).map((row) => row.name)).toEqual(["b", "a", "c"]);
});
