// A model provider that refuses, limits or does not answer: what a chat says about it, and when.
import OpenAI from "openai";
import { z } from "zod";
import { createSseParser, type SseEvent } from "../../../contracts/core/event-stream.ts";
import { CONVERSATION_HEADER } from "../../../contracts/turns/chat.ts";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PAUSES_MS = [5, 10, 15];
const LIMIT = { kind: "provider_refusal", status: 429, type: "rate_limit_error", message: "429 Slow down, Ann." } as const;

const bench = useChat({ timings: { providerRetryPausesMs: PAUSES_MS } });
let ann: ChatUser;
let people = 0;

beforeEach(async () => {
  people += 1;
  ann = await bench.addUser(`ann-${people}`);
  await bench.bringUp(ann.tenant);
  bench.gateway.behave({ kind: "answer" });
  bench.gateway.completions.length = 0;
});

const bodySchema = z.looseObject({ error: z.looseObject({ message: z.string() }) });
const MESSAGES = [{ role: "user" as const, content: "hello" }];
const completion = (more: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
  bench.post("/v1/chat/completions", { model: "openclaw", messages: MESSAGES, ...more }, { ...withKey(ann), ...headers });
const chat = (): Promise<Response> => bench.post("/api/chat", { message: "hello" }, withKey(ann));
const eventsOf = async (response: Response): Promise<SseEvent[]> => createSseParser().push(await response.text());
const client = (maxRetries = 0): OpenAI => new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: ann.apiKey, maxRetries });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** As the start of a container notes them. */
const revisions = (set: string) =>
  bench.database.asOwner(`UPDATE mosaic.agent_containers SET ${set} WHERE tenant = $1`, [ann.tenant]);

const REFUSALS = [
  [401, "authentication_error", 424, "provider_key_refused", "API key"],
  [402, "insufficient_quota", 424, "provider_no_credit", "credit"],
  [403, "permission_error", 424, "provider_forbidden", "does not allow"],
  [404, "invalid_request_error", 424, "provider_model_unknown", "does not offer this model"],
  [429, "rate_limit_error", 429, "provider_rate_limited", "rate limit"],
] as const;

describe("a refusal of the provider", () => {
  test.each(REFUSALS)("%i (%s) of a whole answer is %i %s", async (status, type, ours, code, words) => {
    bench.gateway.behave({ kind: "provider_refusal", status, type, message: `${status} The provider's words.` });
    const response = await completion();
    const body = bodySchema.parse(await response.json());
    expect(response.status).toBe(ours);
    expect(body).toMatchObject({ error: { code, message: expect.stringContaining(words) } });
    expect(body.error.message).toContain("The provider's words.");
    expect(body.error.message).not.toContain("refused our credentials");
    expect(response.headers.has("retry-after")).toBe(ours === 429);
  });

  test.each(REFUSALS.slice(0, 4))(
    "%i (%s) within a stream is an error event: %i %s",
    async (status, type, _ours, code, words) => {
      bench.gateway.behave({ kind: "provider_refusal", status, type, message: `${status} The provider's words.` });
      const [event] = await eventsOf(await completion({ stream: true }));
      expect(JSON.parse(event?.data ?? "")).toMatchObject({ error: { code, message: expect.stringContaining(words) } });
      const [own] = await eventsOf(await chat());
      expect(own?.event).toBe("error");
      expect(JSON.parse(own?.data ?? "").error).toMatchObject({ code: code.toUpperCase(), requestId: expect.any(String) });
      expect(bench.gateway.completions).toHaveLength(2);
    },
  );

  test("closes nothing: the chat after a mended key is answered", async () => {
    bench.gateway.behave({ kind: "provider_refusal", status: 401, type: "authentication_error", message: "401 no" });
    for (let count = 0; count < 3; count += 1) expect((await completion()).status).toBe(424);
    bench.gateway.behave({ kind: "answer" });
    expect((await completion()).status).toBe(200);
    expect(await (await chat()).text()).toContain("[DONE]");
  });

  test("of a key that was just changed is not told: the turn waits for the restart and goes on with the new one", async () => {
    await revisions("fetched_revision = config_revision");
    const { providers } = await ann.session.expect(200, "GET", "/api/me/providers");
    await ann.session.expect(200, "PATCH", `/api/me/providers/${providers[0].id}`, { apiKey: "sk-canary-mended-key" });
    bench.gateway.behave({ kind: "provider_refusal", status: 401, type: "authentication_error", message: "401 no", times: 1 });
    const answer = completion();
    await waitFor(() => bench.gateway.completions.length === 1, { timeoutMs: 60_000, what: "the old key is refused" });
    await revisions("fetched_revision = config_revision");
    expect((await answer).status).toBe(200);
    expect(bench.gateway.completions).toHaveLength(2);
  });

  test("says where it is mended, to programs as well", async () => {
    bench.gateway.behave({ kind: "provider_refusal", status: 401, type: "authentication_error", message: "401 no" });
    const [event] = await eventsOf(await chat());
    expect(JSON.parse(event?.data ?? "").error.details).toEqual({ said: "no", mendAt: "/settings/providers" });
  });

  test("never repeats a key, in no answer and no log", async () => {
    const key = "sk-canary-0123456789abcdef";
    const message = `401 Incorrect API key provided: ${key}.`;
    bench.gateway.behave({ kind: "provider_refusal", status: 401, type: "authentication_error", message });
    const told = [
      await (await completion()).text(),
      await (await completion({ stream: true })).text(),
      await (await chat()).text(),
    ];
    for (const text of [...told, bench.api.logs()]) expect(text).not.toContain("canary-0123456789");
  });
});

describe("a limit of the provider within a stream", () => {
  test("is told at once with the provider's words, and the answer comes in the same stream", async () => {
    bench.gateway.behave({ ...LIMIT, times: 2 });
    const events = await eventsOf(await chat());
    const retries = events.filter(({ event }) => event === "retry").map(({ data }) => JSON.parse(data));
    expect(retries).toEqual([
      expect.objectContaining({ code: "PROVIDER_RATE_LIMITED", said: "Slow down, Ann.", attempt: 1, attemptsMax: 3 }),
      expect.objectContaining({ attempt: 2, message: expect.stringMatching(/Slow down, Ann.*Retrying/) }),
    ]);
    expect(events.at(-1)?.data).toBe("[DONE]");
    expect(events.map(({ data }) => data).join("")).toContain("You");
  });

  test("is a comment for OpenAI clients, which get one whole answer", async () => {
    bench.gateway.behave({ ...LIMIT, times: 2 });
    const text = await (await completion({ stream: true })).text();
    expect(text).toMatch(/^: Your model provider.s rate limit is exceeded\. .*Slow down, Ann.*Retrying in 1 s \(1 of 3\)\.$/m);
    bench.gateway.behave({ ...LIMIT, times: 1 });
    const stream = await client().chat.completions.create({ model: "openclaw", messages: MESSAGES, stream: true });
    const chunks = await all(stream);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.filter(({ choices }) => choices[0]?.delta.role === "assistant")).toHaveLength(1);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toContain("hello");
  });

  test("is an error after the last try", async () => {
    bench.gateway.behave(LIMIT);
    const stream = await client().chat.completions.create({ model: "openclaw", messages: MESSAGES, stream: true });
    await expect(all(stream)).rejects.toMatchObject({ code: "provider_rate_limited" });
    expect(bench.gateway.completions).toHaveLength(PAUSES_MS.length + 1);
  });

  test("does not put the message into a kept conversation once for each try", async () => {
    bench.gateway.behave({ ...LIMIT, times: 2 });
    const content = `Remember: ${"blue whale ".repeat(500)}`;
    const messages = [{ role: "user", content }];
    await (await completion({ stream: true, messages }, { [CONVERSATION_HEADER]: "whales" })).text();
    const sent = bench.gateway.completions.map(({ body }) => String(body.messages.at(-1)?.content));
    expect(sent).toHaveLength(3);
    expect(sent[0]).toBe(content);
    expect(sent[2]).toContain("Remember: blue whale");
    expect(sent[2]?.length).toBeLessThan(400);
  });
});

test("a provider that was away for a moment is asked again also for a whole answer", async () => {
  bench.gateway.behave({
    kind: "provider_refusal",
    status: 502,
    type: "api_error",
    message: "upstream provider error",
    times: 2,
  });
  expect((await completion()).status).toBe(200);
  expect(bench.gateway.completions).toHaveLength(3);
});
