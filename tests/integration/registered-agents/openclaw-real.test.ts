// The real OpenClaw as a registered agent: tested, chatted with in both forms, and with conversations of its callers' own.
import { CONVERSATION_HEADER } from "../../../contracts/turns/chat.ts";
import { Secret } from "../../../contracts/core/secret.ts";
import { aModel, aProvider } from "../../support/agent-config/agent-settings.ts";
import { startOpenClaw } from "../../support/containers/openclaw-process.ts";
import { useWorld } from "../../support/core/use-world.ts";
import { startDemoModelServer } from "../../support/providers/model-server.ts";
import { failure, useOpenclawChat } from "../../support/registered-agents/openclaw-chat.ts";
import { withKey, type ChatUser } from "../../support/turns/chat.ts";

const PATIENCE_MS = 600_000;
const API_KEY = "key-of-the-demo-model";

const model = useWorld(async (ends) =>
  ends.adopt(await startDemoModelServer({ host: "127.0.0.1", apiKey: API_KEY, recorded: [] }), ({ close }) => close()),
);
const openclaw = useWorld(async (ends) => {
  const provider = aProvider({ name: "lab", baseUrl: model.url, apiKey: new Secret(API_KEY), models: [aModel("demo")] });
  return ends.adopt(await startOpenClaw({ providers: [provider], variables: {} }), ({ stop }) => stop());
});
const { bench, ann, textOf, move } = useOpenclawChat({ silenceMs: PATIENCE_MS });
const bob = useWorld(() => bench.addUser("bob", { provider: false }));

beforeEach(async () => await move(openclaw.url, { token: openclaw.token }));

const say = (content: string) => textOf({ agent: "scout", messages: [{ role: "user", content }] });

/** In a conversation that the gateway keeps. */
async function converse(user: ChatUser, content: string): Promise<string> {
  const body = { model: "agent:scout", messages: [{ role: "user", content }] };
  const headers = { ...withKey(user), [CONVERSATION_HEADER]: "main" };
  const answer: any = await (await bench.post("/v1/chat/completions", body, headers)).json();
  return answer.choices[0].message.content;
}

test(
  "answers on /openclaw/chat piece by piece, to the end",
  async () => {
    const text = await say("Good morning, gateway.");
    const pieces = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = ""]) => JSON.parse(json).content);
    expect(pieces.join("")).toContain("You said: “Good morning, gateway.”");
    expect(pieces.length).toBeGreaterThan(3);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(text).not.toContain("event: error");
  },
  PATIENCE_MS,
);

test(
  "keeps the conversations of two people apart, under the same name",
  async () => {
    await converse(ann, "My parrot is called Hugo.");
    expect(await converse(ann, "What is his name?")).toContain("My parrot is called Hugo.");
    expect(await converse(bob, "What is his name?")).not.toContain("Hugo");
  },
  PATIENCE_MS,
);

test(
  "has no such agent, and refuses a wrong token",
  async () => {
    await move(openclaw.url, { token: openclaw.token, agentId: "ghost" });
    expect(await say("Hello.")).toBe(failure("OpenClaw request failed for agent 'scout': Unknown agent 'ghost'."));
    await move(openclaw.url, { token: "a-wrong-token" });
    expect(await say("Hello.")).toBe(failure("OpenClaw authentication failed for agent 'scout'"));
  },
  PATIENCE_MS,
);
