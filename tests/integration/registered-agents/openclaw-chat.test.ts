// `POST /openclaw/chat`, line for line, against a gateway that keeps what it was asked.
import { CHAT_STREAMS_PER_TENANT } from "../../../contracts/turns/chat.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { withKey } from "../../support/turns/chat.ts";
import { failure, HELLO, UNAVAILABLE, useOpenclawChat } from "../../support/registered-agents/openclaw-chat.ts";
import { answers, DONE, SAID, streams } from "../../support/registered-agents/recording-gateway.ts";
import { GATEWAY_TOKEN } from "../../support/registered-agents/register.ts";

const CANARY = "sk-canary0123456789abcdef";

const { gateway, bench, ann, chat, textOf, here } = useOpenclawChat({
  env: { OPENCLAW_TOKEN_OF_ENV: "token-of-the-environment" },
});

test.each(["/openclaw/chat", "/api/openclaw/chat"])(
  "%s streams pieces, then [DONE], with the contract's headers",
  async (path) => {
    gateway.answer(
      streams(`data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n${SAID("Hi")}${SAID("")}${SAID(" there.")}${DONE}`),
    );
    const response = await chat(HELLO, { path });
    expect(await response.text()).toBe('data: {"content":"Hi"}\n\ndata: {"content":" there."}\n\ndata: [DONE]\n\n');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      connection: "keep-alive",
      "x-accel-buffering": "no",
    });
  },
);

test("upstream gets the address without trailing slashes, the token, the model, the messages and nothing of the caller", async () => {
  gateway.answer(streams(DONE));
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "assistant", content: " " },
    { role: "user", content: "Hello." },
  ];
  const response = await bench.post(
    "/openclaw/chat",
    { agent: "scout", messages, workspaceId: "any text", extra: 1 },
    {
      ...withKey(ann),
      "x-openclaw-session-key": "forged",
      "x-oa-tenant-key": "human:x",
    },
  );
  expect(await response.text()).toBe(DONE);
  const [{ method, path, headers, body }] = gateway.requests as [any];
  expect([method, path, headers.authorization]).toEqual(["POST", "/base/v1/chat/completions", `Bearer ${GATEWAY_TOKEN}`]);
  expect(body).toEqual({ model: "openclaw:main", messages, stream: true });
  expect(Object.keys(headers).toSorted()).toEqual(
    ["accept", "authorization", "connection", "content-length", "content-type", "host"].toSorted(),
  );
});

test("a token of the environment goes before a stored one, an empty list of messages is valid, a session may call", async () => {
  await here("of-env");
  gateway.answer(streams(DONE));
  const answer = await bench.admin.call("POST", "/openclaw/chat", { agent: "of-env", messages: [] });
  expect([answer.status, answer.text]).toEqual([200, DONE]);
  expect(gateway.requests[0]?.headers.authorization).toBe("Bearer token-of-the-environment");
});

test.each<[string, string, string]>([
  ["CRLF between the lines", SAID("a").replaceAll("\n", "\r\n") + DONE.replaceAll("\n", "\r\n"), '{"content":"a"}'],
  [
    "lines of data that belong together",
    'data: {"choices":[{"delta":\ndata: {"content":"a"}}]}\n\ndata: [DONE]\n\n',
    '{"content":"a"}',
  ],
  ["a last event without its blank line", SAID("a").trimEnd(), '{"content":"a"}'],
  ["no [DONE]", SAID("a"), '{"content":"a"}'],
  [
    "comments, names and what is no JSON",
    `: hello\n\nevent: x\ndata: nonsense\n\ndata: 7\n\ndata: {}\n\n${SAID("a")}${DONE}`,
    '{"content":"a"}',
  ],
  ["something behind [DONE]", `${SAID("a")}${DONE}${SAID("b")}`, '{"content":"a"}'],
  ["an error of null", `data: {"error":null,"choices":[{"delta":{"content":"a"}}]}\n\n${DONE}`, '{"content":"a"}'],
])("upstream with %s is understood", async (_name, sent, data) => {
  gateway.answer(streams(sent));
  expect(await textOf()).toBe(`data: ${data}\n\n${DONE}`);
});

test("a character cut in two by the network arrives whole", async () => {
  const bytes = Buffer.from(`${SAID("Grüße")}${DONE}`);
  const cut = bytes.indexOf(0xc3) + 1;
  gateway.answer((response) => {
    response.writeHead(200).write(bytes.subarray(0, cut), () => setImmediate(() => response.end(bytes.subarray(cut))));
  });
  expect(await textOf()).toBe(`data: {"content":"Grüße"}\n\n${DONE}`);
});

test("an error inside the stream is told, without [DONE], after what came before it", async () => {
  gateway.answer(streams(`${SAID("a")}data: {"error":{"message":"the model is gone"}}\n\n${DONE}`));
  expect(await textOf()).toBe(`data: {"content":"a"}\n\n${failure("OpenClaw gateway error: the model is gone")}`);
});

test.each([
  [401, "OpenClaw authentication failed for agent 'scout'"],
  [403, "OpenClaw authentication failed for agent 'scout'"],
  [502, UNAVAILABLE],
  [503, UNAVAILABLE],
  [504, UNAVAILABLE],
  [522, UNAVAILABLE],
  [400, "OpenClaw request failed for agent 'scout': no such thing"],
  [429, "OpenClaw request failed for agent 'scout': no such thing"],
  [500, "OpenClaw request failed for agent 'scout': no such thing"],
])("a status of %i is told in the stream, and the call is not made again", async (status, message) => {
  gateway.answer(answers(status, { error: { message: "no such thing" } }));
  const response = await chat();
  expect([response.status, await response.text()]).toEqual([200, failure(message)]);
  expect(gateway.requests).toHaveLength(1);
});

test("a status without words is told by its number", async () => {
  gateway.answer((response) => void response.writeHead(500).end("<html>oops</html>"));
  expect(await textOf()).toBe(failure("OpenClaw request failed for agent 'scout': it answered with status 500"));
});

test("words of a gateway are cleaned of secrets and addresses", async () => {
  const said = `token ${GATEWAY_TOKEN} and ${CANARY} at http://10.1.2.3:18789/x, 192.168.7.7:80, [fd00::7]:80, db.internal, host.example.org:99`;
  gateway.answer(answers(500, { error: { message: said } }));
  const text = await textOf();
  for (const piece of [GATEWAY_TOKEN, CANARY, "10.1.2.3", "192.168.7.7", "fd00::7", "db.internal", "host.example.org"])
    expect(text).not.toContain(piece);
  expect(text).toContain("OpenClaw request failed for agent 'scout': token");
  for (const piece of [GATEWAY_TOKEN, CANARY]) expect(bench.api.logs()).not.toContain(piece);
});

describe("before the stream", () => {
  const refusal = async (body: object) => {
    const response = await chat(body);
    const answer: any = await response.json();
    return [response.status, answer.error.message];
  };

  test("an unknown agent answers 404, an inactive one and one without a token 503", async () => {
    expect(await refusal({ ...HELLO, agent: "nobody" })).toEqual([404, "OpenClaw agent 'nobody' not found"]);
    await here("code-scout", { token: null });
    expect(await refusal({ ...HELLO, agent: "code-scout" })).toEqual([
      503,
      "Missing gateway token for agent 'code-scout'. Set OPENCLAW_TOKEN_CODE_SCOUT.",
    ]);
    await here("idle", { isActive: false });
    expect(await refusal({ ...HELLO, agent: "idle" })).toEqual([503, "OpenClaw agent 'idle' is inactive"]);
    await here("secret", { audience: { who: "listed" } });
    expect(await refusal({ ...HELLO, agent: "secret" })).toEqual([404, "OpenClaw agent 'secret' not found"]);
  });

  test.each<[object, string]>([
    [{ agent: "Scout!" }, "agent must contain only lowercase letters, numbers, and hyphens"],
    [{ agent: "" }, "agent must not be empty"],
    [{ agent: 7 }, "agent must be a string"],
    [{ messages: [{ role: "tool", content: "x" }] }, "role must be one of: system, user, assistant"],
    [{ messages: [{ role: "user", content: "" }] }, "content must not be empty"],
    [{ messages: [{ role: "user", content: 7 }] }, "content must be a string"],
    [{ messages: "x" }, "messages must be an array"],
    [{ workspaceId: 7 }, "workspaceId must be a string"],
  ])("%j answers 422: %s", async (wrong, message) => {
    expect(await refusal({ ...HELLO, ...wrong })).toEqual([422, message]);
  });

  test("nobody in particular and a key without chat:send are refused", async () => {
    expect((await bench.post("/openclaw/chat", HELLO, {})).status).toBe(401);
    const weak = await bench.addUser("weak", { scopes: ["settings:read"] });
    expect((await chat(HELLO, { by: weak })).status).toBe(403);
  });
});

test("the headers are there before the gateway says anything, and its caller's leaving cancels the call", async () => {
  gateway.answer((response) => void response.writeHead(200).write(SAID("a")));
  const leaving = new AbortController();
  const response = await chat(HELLO, { signal: leaving.signal });
  expect(response.status).toBe(200);
  await waitFor(() => gateway.requests.length === 1, { timeoutMs: 20_000, what: "the gateway was asked" });
  leaving.abort();
  await waitFor(() => gateway.requests[0]?.wasAborted === true, { timeoutMs: 20_000, what: "the call is cancelled" });
});

test("as many chats at a time as elsewhere, and revoking a key ends them", async () => {
  const busy = await bench.addUser("busy");
  const waiting = new Set<() => void>();
  gateway.answer((response) => {
    const beat = setInterval(() => response.write(": still here\n\n"), 200);
    waiting.add(() => clearInterval(beat));
    response.writeHead(200).write(SAID("a"));
    response.once("close", () => clearInterval(beat));
  });
  const open = await Promise.all(Array.from({ length: CHAT_STREAMS_PER_TENANT }, () => chat(HELLO, { by: busy })));
  expect((await chat(HELLO, { by: busy })).status).toBe(429);
  const { keys } = await busy.session.expect(200, "GET", "/api/me/keys");
  await busy.session.expect(204, "DELETE", `/api/me/keys/${keys[0].keyId}`);
  for (const response of open) expect(await response.text()).toContain("event: error");
  expect((await chat(HELLO, { by: busy })).status).toBe(401);
  for (const stop of waiting) stop();
});
