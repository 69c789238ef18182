// The OpenAI-compatible interface, used through the official client, with a fake gateway behind it.
import OpenAI from "openai";
import { CHAT_MESSAGES_MAX, CHAT_STREAMS_PER_TENANT, CONVERSATION_HEADER } from "../../../contracts/turns/chat.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import { createSseParser } from "../../../contracts/core/event-stream.ts";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";
import { pinnedFetch } from "../../support/turns/gateway-tls.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const bench = useChat();
let ann: ChatUser;
let client: OpenAI;
let people = 0;

beforeEach(async () => {
  people += 1;
  ann = await bench.addUser(`ann-${people}`);
  client = new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: ann.apiKey, maxRetries: 0 });
  await bench.bringUp(ann.tenant);
  bench.gateway.behave({ kind: "answer" });
  bench.gateway.completions.length = 0;
  bench.started.length = 0;
  bench.startWith(async (tenant) => await bench.bringUp(tenant));
});
afterEach(() => bench.gateway.release());

const MODEL = "openclaw";
const user = (content: string) => ({ role: "user", content }) as const;
const lastCompletion = () => bench.gateway.completions.at(-1);

describe("an OpenAI client", () => {
  test("finds the caller's agent among the models", async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(["openclaw"]);
  });

  test("gets a whole answer", async () => {
    const answer = await client.chat.completions.create({ model: MODEL, messages: [user("hello")] });
    expect(answer.choices[0]?.message.content).toBe("You said: “hello”; the first thing I hear.");
    expect(answer.usage?.total_tokens).toBe(20);
  });

  test("gets a stream, with usage when it asks for it", async () => {
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: [user("hello")],
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let tokens = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      tokens = chunk.usage?.total_tokens ?? tokens;
    }
    expect(text).toContain("hello");
    expect(tokens).toBe(20);
  });

  test("wakes an agent that does not run, without noticing", async () => {
    await bench.setPhase(ann.tenant, "asleep");
    const answer = await client.chat.completions.create({ model: MODEL, messages: [user("hello")] });
    expect(answer.choices[0]?.message.content).toContain("hello");
    expect(bench.started).toEqual([ann.tenant]);
  });

  test("cancels the run in the agent when it goes away", async () => {
    bench.gateway.behave({ kind: "held" });
    const stream = await client.chat.completions.create({ model: MODEL, messages: [user("hello")], stream: true });
    stream.controller.abort();
    await waitFor(() => lastCompletion()?.aborted, { timeoutMs: 60_000, what: "the gateway notices" });
  });

  test("cancels it also while it waits for a whole answer", async () => {
    bench.gateway.behave({ kind: "silent" });
    const leaving = new AbortController();
    const answer = client.chat.completions.create({ model: MODEL, messages: [user("hello")] }, { signal: leaving.signal });
    await waitFor(() => lastCompletion(), { timeoutMs: 60_000, what: "the call is at the gateway" });
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await waitFor(() => lastCompletion()?.aborted, { timeoutMs: 60_000, what: "the gateway notices" });
  });
});

describe("what goes to the agent", () => {
  test("is the whole history and every other field, but not who the caller says they are", async () => {
    const messages = [
      { role: "system", content: "Be brief." } as const,
      user("one"),
      { role: "assistant", content: "1" } as const,
      user("two"),
    ];
    const headers = {
      "x-openclaw-session-key": "agent:main:other",
      "x-openclaw-agent-id": "other",
      "x-forwarded-for": "1.2.3.4",
    };
    await client.chat.completions.create({ model: "gpt-4o", messages, temperature: 0.3, user: "somebody-else" }, { headers });
    const seen = lastCompletion();
    expect(seen?.body).toMatchObject({ model: "openclaw:main", messages, temperature: 0.3 });
    expect(seen?.body).not.toHaveProperty("user");
    expect(Object.keys(seen?.headers ?? {}).toSorted()).toEqual([
      "accept",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
    ]);
    expect(JSON.stringify(seen)).not.toContain(ann.apiKey);
  });

  test("is only the newest message when a conversation is named, which the agent then keeps", async () => {
    const headers = { [CONVERSATION_HEADER]: "birds" };
    await client.chat.completions.create({ model: MODEL, messages: [user("My parrot is called Hugo.")] }, { headers });
    const messages = [
      user("My parrot is called Hugo."),
      { role: "assistant", content: "Nice." } as const,
      user("What is his name?"),
    ];
    const answer = await client.chat.completions.create({ model: MODEL, messages }, { headers });
    expect(answer.choices[0]?.message.content).toContain("My parrot is called Hugo.");
    expect(lastCompletion()?.body).toMatchObject({ user: "conv:birds", messages: [user("What is his name?")] });
  });

  test("comes back event for event", async () => {
    const body = { model: MODEL, messages: [user("hello")], stream: true };
    const ours = await (await bench.post("/v1/chat/completions", body, withKey(ann))).text();
    const authorization = String(lastCompletion()?.headers["authorization"]);
    const theirs = await (
      await pinnedFetch(bench.gateway.certificate)(`${bench.gateway.url}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization },
        body: JSON.stringify({ ...body, model: "openclaw:main" }),
      })
    ).text();
    const events = (text: string) => createSseParser().push(text.replaceAll(/"created":\d+/g, '"created":0'));
    expect(events(ours)).toEqual(events(theirs));
  });
});

describe("errors, as OpenAI clients read them", () => {
  const refused = async (work: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof OpenAI.APIError)) throw new Error(`expected an APIError, got ${String(error)}`);
    return error;
  };
  const ask = (messages = [user("hello")]) => client.chat.completions.create({ model: MODEL, messages });

  test("a wrong key is an AuthenticationError", async () => {
    client = new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: "sk-not-ours", maxRetries: 0 });
    expect(await refused(ask())).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(await refused(client.models.list())).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test("a missing scope is a PermissionDeniedError", async () => {
    const reader = await bench.addUser(`reader-${people}`, { scopes: ["settings:read"] });
    client = new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: reader.apiKey, maxRetries: 0 });
    expect(await refused(ask())).toBeInstanceOf(OpenAI.PermissionDeniedError);
  });

  test("too many messages and a bad conversation name are 422 with the field named", async () => {
    const many = await refused(ask(Array.from({ length: CHAT_MESSAGES_MAX + 1 }, () => user("x"))));
    expect(many).toMatchObject({ status: 422, code: "validation_failed", param: "messages", type: "invalid_request_error" });
    const named = client.chat.completions.create(
      { model: MODEL, messages: [user("x")] },
      { headers: { [CONVERSATION_HEADER]: "../x" } },
    );
    expect(await refused(named)).toMatchObject({ status: 422, param: CONVERSATION_HEADER });
  });

  test("a body over 20 MiB is 413", async () => {
    expect((await refused(ask([user("x".repeat(20 * 1024 * 1024))]))).status).toBe(413);
  });

  test("too many streams are a RateLimitError with Retry-After", async () => {
    bench.gateway.behave({ kind: "held" });
    const streams = await Promise.all(
      Array.from({ length: CHAT_STREAMS_PER_TENANT }, () =>
        client.chat.completions.create({ model: MODEL, messages: [user("x")], stream: true }),
      ),
    );
    const error = await refused(ask());
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error.headers?.get("retry-after")).toBe("5");
    for (const stream of streams) stream.controller.abort();
  });

  test("no provider is a ConflictError; a start that fails is 503 with Retry-After", async () => {
    const ben = await bench.addUser(`ben-${people}`, { provider: false });
    const bens = new OpenAI({ baseURL: `${bench.api.url}/v1`, apiKey: ben.apiKey, maxRetries: 0 });
    expect(await refused(bens.chat.completions.create({ model: MODEL, messages: [user("x")] }))).toMatchObject({
      status: 409,
      code: "provider_required",
    });
    await bench.setPhase(ann.tenant, "asleep");
    bench.startWith(async () => {
      throw new FleetError("CONTAINER_STARTING", "Still starting.", { retryAfterSeconds: 10 });
    });
    const error = await refused(ask());
    expect(error).toMatchObject({ status: 503, code: "container_starting", type: "server_error" });
    expect(error.headers?.get("retry-after")).toBe("10");
  });

  test("an error of the agent within a stream reaches the client as an error", async () => {
    bench.gateway.behave({ kind: "error_in_stream", message: "the agent's own words" });
    const stream = await client.chat.completions.create({ model: MODEL, messages: [user("x")], stream: true });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    expect((await refused(reading)).message).toContain("the agent's own words");
  });

  test("a connection to the agent that drops in the middle of a stream does too", async () => {
    bench.gateway.behave({ kind: "drop" });
    const stream = await client.chat.completions.create({ model: MODEL, messages: [user("x")], stream: true });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    expect((await refused(reading)).message).toContain("was lost");
  });

  test("nothing of a key or token is in what was logged", async () => {
    await refused(ask([]));
    bench.gateway.behave({ kind: "status", status: 500, message: "no" });
    await refused(ask());
    const token = String(lastCompletion()?.headers["authorization"]).replace("Bearer ", "");
    expect(token.length).toBeGreaterThan(20);
    for (const secret of [token, ann.apiKey]) expect(bench.api.logs()).not.toContain(secret);
  });
});
