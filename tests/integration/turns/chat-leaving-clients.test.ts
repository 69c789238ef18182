// Clients that disconnect before the api has their complete request: their chats are closed, and others can begin.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Client } from "pg";
import { CHAT_STREAMS_PER_TENANT } from "../../../contracts/turns/chat.ts";
import { withKey, type ChatUser, useChat } from "../../support/turns/chat.ts";
import { requestText } from "../../support/core/raw-http.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TIMEOUT_MS = 600_000;
const WAIT_MS = 120_000;
/** The whole request has to be there by then: far later than all chats are open, also on a machine that stands still meanwhile. */
const deadlines = {
  headersMs: 15_000,
  requestMs: 20_000,
  slowRequestMs: 20_000,
  silenceMs: 20_000,
  checkEveryMs: 100,
} as const;

const bench = useChat({ deadlines });
let ann: ChatUser;
let people = 0;
const sockets: Socket[] = [];

beforeEach(async () => {
  people += 1;
  ann = await bench.addUser(`ann-${people}`);
  await bench.bringUp(ann.tenant);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const say = () => bench.post("/api/chat", { message: "hello" }, withKey(ann));

/** As many chats as Ann may have open, each of a client of its own that has not sent its whole body yet. */
async function beginChats(): Promise<void> {
  const headers = ["Content-Type: application/json", "Content-Length: 1000", `Authorization: Bearer ${ann.apiKey}`];
  const { hostname, port } = new URL(bench.api.url);
  for (let count = 0; count < CHAT_STREAMS_PER_TENANT; count += 1) {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    sockets.push(socket);
    socket.on("error", () => undefined).resume();
    await once(socket, "connect");
    socket.write(requestText("POST", "/api/chat", headers, '{"mess'));
  }
}

/** As the metrics count them: everybody's together. */
const openChats = async () =>
  Number(/^mosaic_api_open_streams (\d+)$/m.exec(await (await fetch(`${bench.api.url}/metrics`)).text())?.[1]);
const openChatsAre = (count: number) =>
  waitFor(async () => (await openChats()) === count, { timeoutMs: WAIT_MS, what: `${count} chats are open` });

async function expectNoChatOpen(): Promise<void> {
  await openChatsAre(0);
  const response = await say();
  expect(response.status).toBe(200);
  expect(await response.text()).toContain("[DONE]");
}

async function clientsLeave(): Promise<void> {
  const gone = () => bench.api.logs().split('"finished":false').length;
  const before = gone();
  for (const socket of sockets) socket.destroy();
  await waitFor(() => gone() >= before + sockets.length, { timeoutMs: WAIT_MS, what: "the api notices that they have left" });
}

test(
  "while they are being admitted",
  async () => {
    const lock = new Client({ connectionString: bench.database.ownerUrl });
    await lock.connect();
    try {
      await lock.query("BEGIN");
      await lock.query("LOCK TABLE mosaic.personal_api_keys IN ACCESS EXCLUSIVE MODE");
      await beginChats();
      const admitted = `SELECT 1 FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%auth.admit_chat%'`;
      const waiting = async () => (await bench.database.asOwner(admitted)).length === CHAT_STREAMS_PER_TENANT;
      await waitFor(waiting, { timeoutMs: WAIT_MS, what: "all are being looked up" });
      await clientsLeave();
    } finally {
      // With the connection its lock goes.
      await lock.end();
    }
    const busy = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
                     AND query LIKE '%auth.admit_chat%' AND pid <> pg_backend_pid()`;
    await waitFor(async () => (await bench.database.asOwner(busy)).length === 0, {
      timeoutMs: WAIT_MS,
      what: "all have been admitted",
    });
    await expectNoChatOpen();
  },
  TIMEOUT_MS,
);

test(
  "while their body is awaited",
  async () => {
    await beginChats();
    await openChatsAre(CHAT_STREAMS_PER_TENANT);
    await clientsLeave();
    await expectNoChatOpen();
  },
  TIMEOUT_MS,
);

test(
  "without closing their side, once their time to send is over",
  async () => {
    await beginChats();
    await openChatsAre(CHAT_STREAMS_PER_TENANT);
    await waitFor(() => sockets.every((socket) => socket.readableEnded), { timeoutMs: WAIT_MS, what: "they are given up" });
    expect(sockets.filter((socket) => socket.writableEnded)).toEqual([]);
    await expectNoChatOpen();
  },
  TIMEOUT_MS,
);
