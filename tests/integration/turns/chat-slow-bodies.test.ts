// Chats whose body takes long to arrive: a slow line works, and a client that falls silent or never finishes is given up.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";
import { requestText } from "../../support/core/raw-http.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TIMEOUT_MS = 300_000;
const WAIT_MS = 120_000;
/** Far longer than a busy machine stalls, and all different, so that the test can tell which one ended a request. */
const deadlines = {
  ...{ headersMs: 10_000, requestMs: 10_000, slowRequestMs: 45_000, silenceMs: 12_000 },
  checkEveryMs: 100,
} as const;
const BODY = JSON.stringify({ message: "hello".padEnd(4_000, ".") });

const bench = useChat({ deadlines });
let ann: ChatUser;
const sockets: Socket[] = [];

beforeAll(async () => {
  ann = await bench.addUser("ann");
  await bench.bringUp(ann.tenant);
}, TIMEOUT_MS);
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

interface Sending {
  /** Writes `bytes` more of the body; without a number, the rest of it. */
  send(bytes?: number): void;
  readonly tookMs: number;
  /** The answer so far. */
  readonly answer: string;
  readonly isClosed: boolean;
}

async function begin(path: string, headers: Readonly<Record<string, string>>): Promise<Sending> {
  const { hostname, port } = new URL(bench.api.url);
  const socket = connect({ host: hostname, port: Number(port) });
  sockets.push(socket);
  let [answer, sent, isClosed] = ["", 0, false];
  socket.on("error", () => undefined).on("close", () => (isClosed = true));
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  await once(socket, "connect");
  const lines = Object.entries({ ...headers, "content-type": "application/json", "content-length": String(BODY.length) });
  socket.write(requestText("POST", path, [...lines.map(([name, value]) => `${name}: ${value}`)]));
  const beganMs = performance.now();
  return {
    send(bytes = BODY.length) {
      if (!socket.destroyed) socket.write(BODY.slice(sent, (sent += bytes)));
    },
    get tookMs() {
      return performance.now() - beganMs;
    },
    get answer() {
      return answer;
    },
    get isClosed() {
      return isClosed;
    },
  };
}

/** One byte per poll, until `isOver`. */
async function drip(sending: Sending, isOver: () => boolean): Promise<void> {
  const step = (): boolean => {
    if (!isOver()) sending.send(1);
    return isOver();
  };
  await waitFor(step, { timeoutMs: WAIT_MS, what: "the body has been arriving slowly for long enough" });
}

const isAnswered = (sending: Sending, what: string) =>
  waitFor(() => sending.isClosed || sending.answer.includes(what), { timeoutMs: WAIT_MS, what });

test(
  "a body that keeps arriving slowly may take longer than other requests",
  async () => {
    const slow = await begin("/api/chat", withKey(ann));
    await drip(slow, () => slow.tookMs > deadlines.requestMs + 2_000);
    expect(slow).toMatchObject({ isClosed: false, answer: "" });
    slow.send();
    await isAnswered(slow, "[DONE]");
    expect(slow.answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(slow.answer).toContain("[DONE]");
  },
  TIMEOUT_MS,
);

test(
  "a body that stops arriving is given up",
  async () => {
    const stalled = await begin("/api/chat", withKey(ann));
    stalled.send(100);
    await waitFor(() => stalled.isClosed, { timeoutMs: WAIT_MS, what: "it is given up" });
    expect(stalled.answer).toMatch(/^HTTP\/1\.1 408 /);
  },
  TIMEOUT_MS,
);

test(
  "a body that never ends is given up too",
  async () => {
    const endless = await begin("/v1/chat/completions", withKey(ann));
    await drip(endless, () => endless.isClosed);
    expect(endless.answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(endless.tookMs).toBeGreaterThan(deadlines.slowRequestMs);
  },
  TIMEOUT_MS,
);

test.each([
  ["a stranger's chat", "/api/chat", () => ({ authorization: "Bearer mosaic_sk_unknown" })],
  ["any other request", "/api/me/providers", () => withKey(ann)],
])(
  "%s gets no additional time",
  async (_whose, path, headers) => {
    const slow = await begin(path, headers());
    await drip(slow, () => slow.isClosed);
    expect(slow.answer).toMatch(/^HTTP\/1\.1 (?:401|403|408) /);
  },
  TIMEOUT_MS,
);
