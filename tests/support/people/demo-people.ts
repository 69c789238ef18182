// People of an installation that was started with `--demo`: the user `demo`, and others with the same model.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerView } from "../../../contracts/containers/agent-container.ts";
import { ApiSession } from "../core/api-session.ts";
import { startTurn, type ChatTurn } from "../turns/chat-turn.ts";
import type { Stack } from "../core/stack.ts";
import { waitFor } from "../core/wait-for.ts";

const FACTS_TIMEOUT_MS = 300_000;
const PASSWORD = "a password of many words";

export interface Person {
  readonly name: string;
  readonly password: string;
  readonly session: ApiSession;
  readonly tenant: string;
  agent(): Promise<ContainerView>;
  say(message: string): ChatTurn;
}

/** The contents of a file in the installation's data directory. */
export async function factsOf({ dataDir }: Pick<Stack, "dataDir">, file: string): Promise<any> {
  return JSON.parse(await readFile(join(dataDir, file), "utf8"));
}

/** An administrator. */
export async function demoUser(stack: Stack): Promise<Person> {
  const facts = await waitFor(() => factsOf(stack, "demo.json"), {
    timeoutMs: FACTS_TIMEOUT_MS,
    what: "the demonstration's facts",
  });
  const session = new ApiSession(stack.url);
  await session.signIn(facts.user, facts.password);
  return await personOf(stack, { name: facts.user, password: facts.password, apiKey: facts.apiKey, session });
}

/** Added by the user `demo`, with the same model. */
export async function addPerson(stack: Stack, demo: Person, name: string): Promise<Person> {
  await demo.session.expect(201, "POST", "/api/users", { username: name, password: PASSWORD });
  const session = new ApiSession(stack.url);
  await session.signIn(name, PASSWORD);
  const [{ baseUrl }] = (await demo.session.expect(200, "GET", "/api/me/providers")).providers;
  const { apiKey: modelKey } = await factsOf(stack, "demo-model.json");
  const provider = { name: "demo", displayName: "Demo", type: "custom", baseUrl, apiKey: modelKey, models: ["demo-1"] };
  await session.expect(201, "POST", "/api/me/providers", provider);
  const { apiKey } = await session.expect(201, "POST", "/api/me/keys", { name: "tests", scopes: ["chat:send"] });
  return await personOf(stack, { name, password: PASSWORD, apiKey, session });
}

interface Credentials extends Pick<Person, "name" | "password" | "session"> {
  readonly apiKey: string;
}

async function personOf({ url }: Stack, { name, password, apiKey, session }: Credentials): Promise<Person> {
  const { user } = await session.expect(200, "GET", "/api/session");
  return {
    ...{ name, password, session },
    tenant: `human:${user.id}`,
    agent: () => session.expect(200, "GET", "/api/me/agent"),
    say: (message) => startTurn({ url, apiKey, message }),
  };
}
