// Tests of the gateway client against the fake gateway.
import { startFakeGateway, type FakeGateway } from "../../tests/support/turns/fake-gateway.ts";
import { newGatewayTls } from "../../tests/support/turns/gateway-tls.ts";
import { waitFor } from "../../tests/support/core/wait-for.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { readChatEvents } from "./chat-stream.ts";
import { createOpenClawGateway, type GatewayRequest, type OpenClawGateway } from "./openclaw-gateway.ts";

const TLS = newGatewayTls();
const TOKEN = "gateway-token-0123456789";
let fake: FakeGateway;
let gateway: OpenClawGateway;
let now = 1_000_000;

beforeEach(async () => {
  fake = await startFakeGateway({ token: TOKEN, tls: TLS });
  gateway = createOpenClawGateway({ port: fake.port, timeouts: { silenceMs: 60_000, connectMs: 60_000 }, now: () => now });
});
afterEach(async () => {
  await gateway.close();
  await fake.close();
});

/** As OpenClaw 2026.9.6 reports them: status, type of the error, and what it means. */
const REFUSALS = [
  [401, "authentication_error", "PROVIDER_KEY_REFUSED"],
  [402, "insufficient_quota", "PROVIDER_NO_CREDIT"],
  [403, "authentication_error", "PROVIDER_FORBIDDEN"],
  [403, "permission_error", "PROVIDER_FORBIDDEN"],
  [404, "invalid_request_error", "PROVIDER_MODEL_UNKNOWN"],
  [400, "invalid_request_error", "PROVIDER_REQUEST_REFUSED"],
  [429, "rate_limit_error", "PROVIDER_RATE_LIMITED"],
  // OpenClaw has no type for these.
  [409, "api_error", "PROVIDER_REQUEST_REFUSED"],
  [413, "api_error", "PROVIDER_REQUEST_REFUSED"],
  [451, "api_error", "PROVIDER_REQUEST_REFUSED"],
  [500, "api_error", "PROVIDER_UNAVAILABLE"],
  [529, "api_error", "PROVIDER_UNAVAILABLE"],
] as const;

const { certificate } = TLS;
const target = (generation = 1) => ({
  ...{ containerId: "c1", generation, address: "127.0.0.1", certificate },
  token: new Secret(TOKEN),
});
const request = (given: Partial<GatewayRequest> = {}): GatewayRequest => ({
  body: { messages: [{ role: "user", content: "hello" }] },
  conversation: null,
  stream: true,
  signal: new AbortController().signal,
  ...given,
});

async function textOf(reply: { bytes: AsyncIterable<Uint8Array> }): Promise<string> {
  let text = "";
  for await (const events of readChatEvents(reply.bytes)) text += events.map(({ content }) => content).join("");
  return text;
}

async function failureOf(work: Promise<unknown>): Promise<FleetError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FleetError)) throw new Error(`expected a FleetError, got ${String(error)}`);
  return error;
}

describe("a turn at the gateway", () => {
  test("streams the answer, skipping comments and what is no JSON", async () => {
    fake.behave({ kind: "garbage" });
    expect(await textOf(await gateway.complete(target(), request()))).toBe("You said: “hello”; the first thing I hear.");
  });

  test("keeps the connection for the next turn", async () => {
    const turns = 10;
    for (let turn = 0; turn < turns; turn += 1) await textOf(await gateway.complete(target(), request()));
    // A connection that is idle for seconds is closed: if the machine stalls, that can happen before one turn, but not each.
    expect(fake.connections).toBeLessThan(turns);
  });

  test("sends the gateway's token, its own model and the conversation, and nothing of the client's identity", async () => {
    const body = { messages: [{ role: "user", content: "hello" }], model: "gpt-4o", user: "somebody-else", temperature: 0.5 };
    await textOf(await gateway.complete(target(), request({ body, conversation: "abc" })));
    const [seen] = fake.completions;
    expect(seen?.body).toMatchObject({ model: "openclaw:main", user: "conv:abc", temperature: 0.5, stream: true });
    expect(seen?.headers["authorization"]).toBe(`Bearer ${TOKEN}`);
    const sent = Object.keys(seen?.headers ?? {}).toSorted();
    expect(sent).toEqual(["accept", "authorization", "connection", "content-length", "content-type", "host"]);
  });

  test("sends no user at all without a conversation", async () => {
    await textOf(
      await gateway.complete(target(), request({ body: { messages: [{ role: "user", content: "x" }], user: "u" } })),
    );
    expect(fake.completions[0]?.body).not.toHaveProperty("user");
  });

  test("says that nothing was sent when the connection is refused", async () => {
    const closed = createOpenClawGateway({ port: 1 });
    const error = await failureOf(closed.complete(target(), request()));
    expect(error).toMatchObject({ code: "GATEWAY_UNAVAILABLE", details: { reason: "not_connected" } });
    await closed.close();
  });

  test("does not try a refused token again before the pause is over or a new start came", async () => {
    fake.setToken("another");
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect((await failureOf(gateway.complete(target(), request()))).code).toBe("GATEWAY_UNAUTHORISED");
    }
    expect(fake.wrongTokens).toBe(1);
    await failureOf(gateway.complete(target(2), request()));
    expect(fake.wrongTokens).toBe(2);
    now += 61_000;
    await failureOf(gateway.complete(target(), request()));
    expect(fake.wrongTokens).toBe(3);
  });

  test.each([
    [400, "BAD_REQUEST"],
    [408, "GATEWAY_ERROR"],
    [413, "PAYLOAD_TOO_LARGE"],
    [429, "RATE_LIMITED"],
    [500, "GATEWAY_ERROR"],
    [502, "GATEWAY_UNAVAILABLE"],
    [503, "GATEWAY_UNAVAILABLE"],
    [504, "GATEWAY_UNAVAILABLE"],
  ])("understands status %i as %s, with the gateway's own words", async (status, code) => {
    fake.behave({ kind: "status", status, message: "words of the gateway" });
    const error = await failureOf(gateway.complete(target(), request()));
    expect(error.code).toBe(code);
    expect(error.message).toContain("words of the gateway");
    expect(error.details).toBeUndefined();
  });

  test("takes an error within the stream as an error", async () => {
    fake.behave({ kind: "error_in_stream", message: "upstream provider timeout" });
    const error = await failureOf(gateway.complete(target(), request()).then(textOf));
    expect(error).toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
  });

  test.each(REFUSALS)("tells the provider's %i (%s) from its own refusal, whole and streamed", async (status, type, code) => {
    fake.behave({ kind: "provider_refusal", status, type, message: `${status} words of the provider` });
    const whole = await failureOf(gateway.complete(target(), request({ stream: false })));
    const streamed = await failureOf(gateway.complete(target(), request()).then(textOf));
    for (const error of [whole, streamed]) {
      expect(error.code).toBe(code);
      expect(error.message).toContain("The provider said: “words of the provider”");
    }
    // The next turn is sent: a key that was mended meanwhile is used.
    fake.behave({ kind: "answer" });
    expect(await textOf(await gateway.complete(target(), request()))).toContain("hello");
  });

  test("keeps away from a gateway that has locked our address out", async () => {
    fake.behave({ kind: "provider_refusal", status: 429, type: "rate_limited", message: "Too many failed attempts." });
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect((await failureOf(gateway.complete(target(), request({ stream: false })))).code).toBe("GATEWAY_UNAUTHORISED");
    expect(fake.completions).toHaveLength(1);
  });

  test("takes a connection that drops in the middle as unavailable", async () => {
    fake.behave({ kind: "drop" });
    expect((await failureOf(gateway.complete(target(), request()).then(textOf))).code).toBe("GATEWAY_UNAVAILABLE");
  });

  test("gives up on a gateway that is silent, before the first byte and in the middle", async () => {
    const impatient = createOpenClawGateway({ port: fake.port, timeouts: { silenceMs: 300, connectMs: 60_000 } });
    fake.behave({ kind: "silent" });
    expect((await failureOf(impatient.complete(target(), request()))).message).toContain("in time");
    fake.behave({ kind: "held" });
    expect((await failureOf(impatient.complete(target(), request()).then(textOf))).message).toContain("in time");
    await impatient.close();
  });

  test("ends a turn that takes longer than it may in total", async () => {
    const short = createOpenClawGateway({ port: fake.port, timeouts: { totalMs: 100 } });
    fake.behave({ kind: "held" });
    expect((await failureOf(short.complete(target(), request()).then(textOf))).code).toBe("GATEWAY_UNAVAILABLE");
    await short.close();
  });

  test("cancels the run at the gateway when the signal aborts, and throws the signal's reason", async () => {
    fake.behave({ kind: "held" });
    const gone = new AbortController();
    const reply = await gateway.complete(target(), request({ signal: gone.signal }));
    const reason = new Error("the client went away");
    const reading = textOf(reply);
    gone.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await waitFor(() => fake.completions[0]?.aborted, { timeoutMs: 60_000, what: "the gateway notices" });
  });

  test("gives the connection back when the reader stops early", async () => {
    fake.behave({ kind: "held" });
    const reply = await gateway.complete(target(), request());
    for await (const _ of readChatEvents(reply.bytes)) break;
    await waitFor(() => fake.completions[0]?.aborted, { timeoutMs: 60_000, what: "the gateway notices" });
  });
});
