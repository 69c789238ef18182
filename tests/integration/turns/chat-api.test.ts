// The product's own chat, over real HTTP and Postgres, with a fake gateway.
import { z } from "zod";
import { createSseParser, type SseEvent } from "../../../contracts/core/event-stream.ts";
import { CHAT_STREAMS_PER_TENANT } from "../../../contracts/turns/chat.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";
import { waitFor } from "../../support/core/wait-for.ts";

/** What the process asks by itself now and then: it notes activity, and tries whether the connection that listens is alive. */
const ON_ITS_OWN = ["auth.touch_activity", "SELECT 1"];

const bench = useChat({ timings: { touchEveryMs: 50 } });
let ann: ChatUser;
let people = 0;

beforeEach(async () => {
  people += 1;
  ann = await bench.addUser(`ann-${people}`);
  bench.gateway.behave({ kind: "answer" });
  bench.gateway.completions.length = 0;
  bench.started.length = 0;
  bench.startWith(async (tenant) => await bench.bringUp(tenant));
});
afterEach(() => bench.gateway.release());

const say = (user: ChatUser, message = "hello", more: object = {}) =>
  bench.post("/api/chat", { message, ...more }, withKey(user));
const eventsOf = async (response: Response): Promise<SseEvent[]> => createSseParser().push(await response.text());
const contentOf = (events: readonly SseEvent[]): string =>
  events.flatMap(({ event, data }) => (event === "message" && data !== "[DONE]" ? [JSON.parse(data).content] : [])).join("");
const lastCompletion = () => bench.gateway.completions.at(-1);

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

async function errorOf(
  response: Response,
): Promise<{ status: number; code: string; retryAfter: string | null; message: string }> {
  const { error } = errorSchema.parse(await response.json());
  return { status: response.status, code: error.code, message: error.message, retryAfter: response.headers.get("retry-after") };
}

describe("a chat with a running agent", () => {
  test("streams the answer as events and ends with [DONE]", async () => {
    await bench.bringUp(ann.tenant);
    const response = await say(ann);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    const events = await eventsOf(response);
    expect(contentOf(events)).toBe("You said: “hello”; the first thing I hear.");
    expect(events.at(-1)?.data).toBe("[DONE]");
    expect(bench.started).toEqual([]);
  });

  test("costs one round trip to Postgres, and no call to Temporal", async () => {
    await bench.bringUp(ann.tenant);
    await (await say(ann)).text();
    bench.postgres.reset();
    await (await say(ann)).text();
    const own = bench.postgres.roundTrips.filter((statement) => !ON_ITS_OWN.some((part) => statement.includes(part)));
    expect(own).toEqual([expect.stringContaining("auth.admit_chat")]);
    expect(bench.started).toEqual([]);
  });

  test("sends the agent only the newest message, under the conversation's name, and none of the caller's credentials", async () => {
    const token = await bench.bringUp(ann.tenant);
    await (await say(ann, "My parrot is called Hugo.", { conversationId: "birds" })).text();
    const text = contentOf(await eventsOf(await say(ann, "What is his name?", { conversationId: "birds" })));
    expect(text).toContain("My parrot is called Hugo.");
    const seen = lastCompletion();
    expect(seen?.body).toMatchObject({
      user: "conv:birds",
      model: "openclaw:main",
      messages: [{ role: "user", content: "What is his name?" }],
    });
    expect(seen?.headers["authorization"]).toBe(`Bearer ${token}`);
    expect(JSON.stringify(seen)).not.toContain(ann.apiKey);
  });

  test("works with a session, but not without its CSRF token", async () => {
    await bench.bringUp(ann.tenant);
    const answer = await ann.session.call("POST", "/api/chat", { message: "hello" });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("[DONE]");
    const forged = await bench.post("/api/chat", { message: "hello" }, { cookie: ann.session.cookie });
    expect(await errorOf(forged)).toMatchObject({ status: 403, code: "CSRF_REJECTED" });
  });

  test("goes on to its end when the client leaves", async () => {
    await bench.bringUp(ann.tenant);
    bench.gateway.behave({ kind: "held" });
    const leaving = new AbortController();
    const response = await bench.post("/api/chat", { message: "hello" }, withKey(ann), leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    await waitFor(() => bench.api.logs().includes('"finished":false'), {
      timeoutMs: 60_000,
      what: "the api notices that the client has left",
    });
    bench.gateway.release();
    await waitFor(() => lastCompletion()?.finished, { timeoutMs: 60_000, what: "the turn ends" });
    expect(lastCompletion()?.aborted).toBe(false);
  });

  test("counts as activity as long as it lasts", async () => {
    await bench.bringUp(ann.tenant);
    bench.gateway.behave({ kind: "held" });
    const response = await say(ann);
    await bench.database.asOwner(
      "UPDATE mosaic.agent_containers SET last_activity_at = now() - interval '1 day' WHERE tenant = $1",
      [ann.tenant],
    );
    const recent = "SELECT 1 FROM mosaic.agent_containers WHERE tenant = $1 AND last_activity_at > now() - interval '1 minute'";
    await waitFor(async () => (await bench.database.asOwner(recent, [ann.tenant])).length > 0, {
      timeoutMs: 60_000,
      what: "activity is noted",
    });
    bench.gateway.release();
    await response.text();
  });

  test("makes the agent wait for a slow reader instead of filling our memory", async () => {
    await bench.bringUp(ann.tenant);
    const chunks = 800;
    bench.gateway.behave({ kind: "flood", chunks, chunkBytes: 128 * 1024 });
    const reader = (await say(ann)).body?.getReader();
    await reader?.read();
    let before = -1;
    const settled = () => {
      const now = lastCompletion()?.chunksSent ?? 0;
      const same = now === before;
      before = now;
      return same && now > 0;
    };
    await waitFor(settled, { timeoutMs: 60_000, everyMs: 300, what: "the flood stands still" });
    expect(before).toBeLessThan(chunks / 2);
    while (reader !== undefined && !(await reader.read()).done);
    await waitFor(() => lastCompletion()?.finished, { timeoutMs: 60_000, what: "the gateway sees the end of its answer" });
    expect(lastCompletion()).toMatchObject({ chunksSent: chunks, finished: true });
  });
});

describe("a chat with an agent that does not run", () => {
  test("tells how the start goes, then streams", async () => {
    bench.startWith(async (tenant, { onProgress }) => {
      onProgress?.({ phase: "creating", message: "Your agent's container is being created.", elapsedMs: 1 });
      onProgress?.({ phase: "booting", message: "Your agent is starting.", elapsedMs: 2 });
      await bench.bringUp(tenant);
    });
    const events = await eventsOf(await say(ann));
    expect(events.slice(0, 2).map(({ event, data }) => [event, JSON.parse(data).phase])).toEqual([
      ["progress", "creating"],
      ["progress", "booting"],
    ]);
    expect(contentOf(events.slice(2))).toContain("hello");
    expect(events.at(-1)?.data).toBe("[DONE]");
    expect(bench.started).toEqual([ann.tenant]);
  });

  test.each(["asleep", "booting", "stopping", "failed"] as const)("wakes one that is %s", async (phase) => {
    await bench.bringUp(ann.tenant);
    await bench.setPhase(ann.tenant, phase);
    expect((await eventsOf(await say(ann))).at(-1)?.data).toBe("[DONE]");
    expect(bench.started).toEqual([ann.tenant]);
  });

  test("answers PROVIDER_REQUIRED before anything starts when there is no provider", async () => {
    const ben = await bench.addUser(`ben-${people}`, { provider: false });
    expect(await errorOf(await say(ben))).toMatchObject({ status: 409, code: "PROVIDER_REQUIRED" });
    expect(bench.started).toEqual([]);
  });

  test("answers an ordinary error when the start fails before anything was told", async () => {
    bench.startWith(async () => {
      throw new FleetError("CONTAINER_FAILED", "The image is missing.", { retryAfterSeconds: 30 });
    });
    expect(await errorOf(await say(ann))).toEqual({
      status: 503,
      code: "CONTAINER_FAILED",
      message: "The image is missing.",
      retryAfter: "30",
    });
  });

  test("ends with an error event, and no [DONE], when it fails afterwards", async () => {
    bench.startWith(async (_tenant, { onProgress }) => {
      onProgress?.({ phase: "booting", message: "Your agent is starting.", elapsedMs: 2 });
      throw new FleetError("CONTAINER_FAILED", "Out of memory.");
    });
    const events = await eventsOf(await say(ann));
    expect(events.map(({ event }) => event)).toEqual(["progress", "error"]);
    expect(JSON.parse(events[1]?.data ?? "")).toMatchObject({ error: { code: "CONTAINER_FAILED", message: "Out of memory." } });
  });
});

describe("a gateway that fails", () => {
  test("refusing the connection is reported once, and the turn is sent once more", async () => {
    await bench.bringUp(ann.tenant, "127.0.0.9");
    expect((await eventsOf(await say(ann))).at(-1)?.data).toBe("[DONE]");
    expect(bench.started).toEqual([ann.tenant]);
    expect(bench.gateway.completions).toHaveLength(1);
  });

  test("refusing it again is GATEWAY_UNAVAILABLE", async () => {
    await bench.bringUp(ann.tenant, "127.0.0.9");
    bench.startWith(async () => undefined);
    expect(await errorOf(await say(ann))).toMatchObject({ status: 502, code: "GATEWAY_UNAVAILABLE", retryAfter: "5" });
    expect(bench.started).toEqual([ann.tenant]);
  });

  test("refusing the token is GATEWAY_UNAUTHORISED, and not tried again", async () => {
    await bench.bringUp(ann.tenant);
    bench.gateway.setToken("another");
    const before = bench.gateway.wrongTokens;
    for (let count = 0; count < 3; count += 1)
      expect(await errorOf(await say(ann))).toMatchObject({ status: 502, code: "GATEWAY_UNAUTHORISED" });
    expect(bench.gateway.wrongTokens).toBe(before + 1);
    expect(bench.started).toEqual([]);
  });

  test.each([
    [{ kind: "error_in_stream", message: "Agent run failed" } as const, "GATEWAY_ERROR"],
    [{ kind: "error_in_stream", message: "upstream provider timeout" } as const, "PROVIDER_UNAVAILABLE"],
    [{ kind: "drop" } as const, "GATEWAY_UNAVAILABLE"],
  ])("in the middle of an answer ends it with an error event: %o", async (behaviour, code) => {
    await bench.bringUp(ann.tenant);
    bench.gateway.behave(behaviour);
    const events = await eventsOf(await say(ann));
    expect(events.at(-1)?.event).toBe("error");
    expect(JSON.parse(events.at(-1)?.data ?? "").error).toMatchObject({ code, requestId: expect.any(String) });
    expect(events.map(({ data }) => data)).not.toContain("[DONE]");
  });
});

describe("who may chat, and how much", () => {
  test("nobody without a credential, nobody with a key for something else", async () => {
    expect(await errorOf(await bench.post("/api/chat", { message: "hello" }, {}))).toMatchObject({
      status: 401,
      code: "UNAUTHENTICATED",
    });
    const forged = { authorization: `Bearer ${ann.apiKey.slice(0, -1)}${ann.apiKey.endsWith("0") ? "1" : "0"}` };
    expect(await errorOf(await bench.post("/api/chat", { message: "hello" }, forged))).toMatchObject({
      status: 401,
      code: "UNAUTHENTICATED",
    });
    const reader = await bench.addUser(`reader-${people}`, { scopes: ["settings:read"] });
    expect(await errorOf(await say(reader))).toMatchObject({ status: 403, code: "FORBIDDEN" });
    expect(bench.gateway.completions).toEqual([]);
  });

  test("everybody only with their own agent", async () => {
    const ben = await bench.addUser(`ben-${people}`);
    await bench.bringUp(ann.tenant);
    const text = await (await say(ben)).text();
    expect(text).toContain("[DONE]");
    expect(bench.started).toEqual([ben.tenant]);
  });

  test("at most five at a time for each, with Retry-After", async () => {
    await bench.bringUp(ann.tenant);
    bench.gateway.behave({ kind: "held" });
    const open = await Promise.all(Array.from({ length: CHAT_STREAMS_PER_TENANT }, () => say(ann)));
    expect(await errorOf(await say(ann))).toMatchObject({ status: 429, code: "RATE_LIMITED", retryAfter: "5" });
    await waitFor(() => bench.gateway.completions.length === CHAT_STREAMS_PER_TENANT, {
      timeoutMs: 60_000,
      what: "all are open",
    });
    bench.gateway.release();
    for (const response of open) expect(await response.text()).toContain("[DONE]");
    bench.gateway.behave({ kind: "answer" });
    expect((await say(ann)).status).toBe(200);
  });

  test("nothing larger or stranger than the contract", async () => {
    expect(await errorOf(await say(ann, "x".repeat(20 * 1024 * 1024)))).toMatchObject({
      status: 413,
      code: "PAYLOAD_TOO_LARGE",
    });
    expect(await errorOf(await say(ann, "x".repeat(200_001)))).toMatchObject({ status: 422, code: "VALIDATION_FAILED" });
    expect(await errorOf(await say(ann, ""))).toMatchObject({ status: 422, code: "VALIDATION_FAILED" });
    expect(await errorOf(await say(ann, "hello", { conversationId: "../etc" }))).toMatchObject({ status: 422 });
    expect(await errorOf(await say(ann, "hello", { tenant: "human:other" }))).toMatchObject({ status: 422 });
  });
});
