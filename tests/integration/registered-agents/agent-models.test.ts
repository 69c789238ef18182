// Registered agents for OpenAI clients: in the list of models, and as the model of a completion.
import { openaiClient } from "../../support/turns/openai-chat.ts";
import { CONVERSATION_HEADER } from "../../../contracts/turns/chat.ts";
import { useWorld } from "../../support/core/use-world.ts";
import { useOpenclawChat } from "../../support/registered-agents/openclaw-chat.ts";
import { answers, DONE, SAID, streams } from "../../support/registered-agents/recording-gateway.ts";
import { withKey, type ChatUser } from "../../support/turns/chat.ts";

const { gateway, bench, ann, here } = useOpenclawChat();
const bob = useWorld(() => bench.addUser("bob", { provider: false }));

const MODEL = "agent:scout";
const messages = [
  { role: "user" as const, content: "One." },
  { role: "assistant" as const, content: "Yes?" },
  { role: "user" as const, content: "Two." },
];
const client = (user: ChatUser = ann) => openaiClient(bench.api.url, user.apiKey);

test("the list of models has those that the caller may use, that are active and have a token", async () => {
  await here("idle", { isActive: false });
  await here("bare", { token: null });
  await here("of-bob", { audience: { who: "listed", people: [bob.id] } });
  const ids = async (user: ChatUser) => (await client(user).models.list()).data.map(({ id }) => id);
  expect(await ids(ann)).toEqual(["openclaw", MODEL]);
  expect(await ids(bob)).toEqual(["openclaw", "agent:of-bob", MODEL]);
  const model = await client().models.retrieve(MODEL);
  expect(model).toMatchObject({ id: MODEL, object: "model", owned_by: "mosaic-fleet" });
  expect(model.created).toBeGreaterThan(1_700_000_000);
  await expect(client().models.retrieve("agent:of-bob")).rejects.toMatchObject({ status: 404 });
});

test("a completion streams, without a provider of the caller's own", async () => {
  gateway.answer(streams(`${SAID("Hi")}${SAID(" there.")}${DONE}`));
  const stream = await client().chat.completions.create({ model: MODEL, messages, stream: true, user: "forged" });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  expect(text).toBe("Hi there.");
  expect(gateway.requests[0]?.body).toEqual({ model: "openclaw:main", messages, stream: true });
});

test("a completion comes whole", async () => {
  const choices = [{ index: 0, message: { role: "assistant", content: "Hi." }, finish_reason: "stop" }];
  gateway.answer(answers(200, { id: "x", object: "chat.completion", choices }));
  const whole = await client().chat.completions.create({ model: MODEL, messages });
  expect(whole.choices[0]?.message.content).toBe("Hi.");
  expect(gateway.requests[0]?.body).toMatchObject({ stream: false });
});

test("a conversation is kept at the gateway under a name that no other tenant's has, and that does not tell whose it is", async () => {
  gateway.answer(streams(DONE));
  const say = async (user: ChatUser) => {
    const body = { model: MODEL, messages, stream: true };
    const headers = { ...withKey(user), [CONVERSATION_HEADER]: "main" };
    await (await bench.post("/v1/chat/completions", body, headers)).text();
  };
  for (const user of [ann, ann, bob]) await say(user);
  const [first, again, others] = gateway.requests.map(({ body }) => body);
  expect(first.messages).toEqual([{ role: "user", content: "Two." }]);
  expect(first.user).toMatch(/^conv:[0-9a-f]{32}:main$/);
  expect(again.user).toBe(first.user);
  expect(others.user).not.toBe(first.user);
  for (const { id } of [ann, bob]) expect(JSON.stringify([first, others])).not.toContain(id);
});

test.each([
  [401, 502, "OpenClaw authentication failed for agent 'scout'"],
  [503, 502, "OpenClaw gateway for agent 'scout' is unavailable"],
  [500, 502, "OpenClaw request failed for agent 'scout': no"],
])("a gateway's %i is answered with %i in OpenAI's form", async (status, expected, message) => {
  gateway.answer(answers(status, { error: { message: "no" } }));
  const response = await bench.post("/v1/chat/completions", { model: MODEL, messages, stream: true }, withKey(ann));
  expect([response.status, await response.json()]).toEqual([expected, { error: expect.objectContaining({ message }) }]);
});

test("an unknown agent answers 404, an inactive one 503", async () => {
  await here("idle", { isActive: false });
  const statusOf = async (model: string) =>
    (await bench.post("/v1/chat/completions", { model, messages }, withKey(ann))).status;
  expect([await statusOf("agent:nobody"), await statusOf("agent:idle")]).toEqual([404, 503]);
});
