// After a crash somebody else may have an agent's address: neither a message nor a gateway's token goes there.
import { claimStart, recordStarted, setPhase } from "../../../db/containers/containers.ts";
import { createChatBench, withKey, type ChatBench, type ChatUser } from "../../support/turns/chat.ts";
import { startFakeGateway, type FakeGateway } from "../../support/turns/fake-gateway.ts";
import { tlsOf } from "../../support/turns/gateway-tls.ts";
import { IMPOSTORS, startImpostor, type Impostor } from "../../support/turns/impostor.ts";

const SECRET_MESSAGE = "canary-message-of-ann";
const CHATS_AT_ONCE = 5;
let bench: ChatBench;
let ann: ChatUser;
let token: string;
let impostor: Impostor;
let restarted: FakeGateway | null = null;

beforeEach(async () => {
  bench = await createChatBench();
  ann = await bench.addUser("ann");
  token = await bench.bringUp(ann.tenant);
});
afterEach(async () => {
  await impostor.close();
  await restarted?.close();
  restarted = null;
  await bench.close();
});

const chat = (message = SECRET_MESSAGE) => bench.post("/api/chat", { message, conversationId: "main" }, withKey(ann));
const complete = (stream: boolean, content = SECRET_MESSAGE) =>
  bench.post("/v1/chat/completions", { stream, messages: [{ role: "user", content }] }, withKey(ann));

/** The gateway is gone, and the row does not know yet; what was connected to it a moment ago is warm. */
async function crashAndReplace(kind: (typeof IMPOSTORS)[number]): Promise<void> {
  expect(await (await chat("hello")).text()).toContain("[DONE]");
  const { host, port } = bench.gateway;
  await bench.gateway.close();
  impostor = await startImpostor(kind, { host, port });
}

/** As the workflow does it: another start at the same address, with what belongs to that start. */
async function restart(): Promise<void> {
  const { host, port } = impostor;
  await impostor.close();
  const startId = "start-after-the-crash";
  const { gatewayToken, gatewayIdentity } = await bench.worker.asTenant(ann.tenant, async (tx) => {
    const claimed = await claimStart(tx, { startId });
    await recordStarted(tx, { startId, host: "test", image: "test", engineContainerId: startId, address: host });
    await setPhase(tx, { phase: "ready", reason: null });
    return claimed;
  });
  restarted = await startFakeGateway({ token: gatewayToken.reveal(), tls: tlsOf(gatewayIdentity), host, port });
}

function expectNothingTold(): void {
  expect(impostor.heard()).not.toContain("canary");
  expect(impostor.heard()).not.toContain(token);
  expect(impostor.heard()).not.toContain("Bearer");
  expect(impostor.heard()).not.toContain("/v1/");
}

describe.each(IMPOSTORS)("an impostor (%s) at the address of an agent that crashed", (kind) => {
  test("is told nothing by several chats at once, also while no worker is there to notice", async () => {
    await crashAndReplace(kind);
    // Nobody looks after the row: it goes on saying that the agent runs.
    bench.startWith(async () => undefined);
    const answers = await Promise.all([
      ...Array.from({ length: CHATS_AT_ONCE - 2 }, () => chat()),
      complete(true),
      complete(false),
    ]);
    for (const answer of answers) {
      const text = await answer.text();
      expect(`${answer.status} ${text}`).toMatch(
        /GATEWAY_UNAVAILABLE|"type":"server_error"|could not be verified|is not accepting/i,
      );
      expect(text).not.toContain("[DONE]");
    }
    expect(impostor.connections).toBeGreaterThan(0);
    expectNothingTold();
  });

  test("does not keep a chat from the agent once it was started again", async () => {
    await crashAndReplace(kind);
    bench.startWith(async () => await restart());
    const answer = await chat();
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("[DONE]")]);
    expect(restarted?.completions).toHaveLength(1);
    expectNothingTold();
  });
});

test("an agent that was started before gateways had certificates is told nothing, and is started again", async () => {
  impostor = await startImpostor("plain");
  await database("UPDATE mosaic.container_secrets SET gateway_certificate = NULL, gateway_key = NULL");
  await database("UPDATE mosaic.agent_containers SET address = '127.0.0.1'");
  bench.startWith(async (tenant) => await bench.bringUp(tenant));
  const answer = await chat();
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("[DONE]")]);
  expect(bench.started).toEqual([ann.tenant]);
  expectNothingTold();
});

const database = (sql: string) => bench.database.asOwner(sql);
