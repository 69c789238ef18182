// What the control plane adds to a chat whose agent runs: time to the first byte of the answer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { GATEWAY_MODEL } from "../adapters/openclaw-gateway.ts";
import { GATEWAY_PORT } from "../contracts/agent-container.ts";
import { SETUP_TOKEN_HEADER } from "../contracts/header-names.ts";
import { humanTenant } from "../contracts/tenant.ts";
import { claimStart, ensureContainerRow, recordStarted, setPhase } from "../db/repositories/containers.ts";
import { ADMIN, SETUP_TOKEN } from "../tests/support/api.ts";
import { ApiSession } from "../tests/support/api-session.ts";
import { createTestDatabase, type TestDatabase } from "../tests/support/database.ts";
import { providerInput } from "../tests/support/people.ts";
import { startProduct } from "../tests/support/product-process.ts";
import { alternate, defineBench, lineOf, type Line } from "./support/bench.ts";

/** An address of loopback of its own, because the gateway's port is the same in every container. */
const GATEWAY_HOST = "127.0.0.77";
/** A key may send 120 chats a minute. */
const CHATS_PER_KEY = 100;
const NO_TEMPORAL = "127.0.0.1:1";

export const chatWarm = defineBench<{ readonly pairs: number }>({
  name: "chat-warm",
  title: "A chat with a running agent",
  about:
    "Time to the first byte of a streamed answer through the api's OpenAI-compatible interface, against the same request sent to the gateway directly. The gateway is a light one that answers at once, in a process of its own, and so is the api; Temporal is not even running. What a model or OpenClaw itself takes is on neither side.",
  sizes: { full: { pairs: 300 }, smoke: { pairs: 2 } },
  async run({ pairs }) {
    const ending: (() => Promise<unknown>)[] = [];
    try {
      return await measure(pairs, ending);
    } finally {
      for (const end of ending) await end();
    }
  },
});

interface Target {
  readonly url: string;
  readonly token: string;
}

async function measure(pairs: number, ending: (() => Promise<unknown>)[]): Promise<readonly Line[]> {
  const database = await createTestDatabase();
  ending.unshift(() => database.drop());
  const settings = {
    MOSAIC_PORT: "0",
    MOSAIC_INTERNAL_PORT: "0",
    MOSAIC_SETUP_TOKEN: SETUP_TOKEN,
    TEMPORAL_ADDRESS: NO_TEMPORAL,
  };
  const api = startProduct("api", database, settings);
  ending.unshift(() => api.stop());
  const [, port] = await api.hasLogged(/"event":"api_listening","host":"127.0.0.1","port":(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  const { userId, keys } = await setUp(url, Math.ceil((pairs + 1) / CHATS_PER_KEY));
  const gateway = { url: `http://${GATEWAY_HOST}:${GATEWAY_PORT}`, token: await bringUp(database, userId) };
  ending.unshift(await startGateway(gateway.token));
  const samples = await alternate(pairs, {
    ours: (round) => firstByteMs({ url, token: keys[Math.floor(round / CHATS_PER_KEY)] ?? "" }),
    bare: () => firstByteMs(gateway),
  });
  const added = samples.ours.map((ours, index) => ours - (samples.bare[index] ?? 0));
  const through = { what: "first byte through the api", unit: "ms", against: "the gateway directly" } as const;
  const own = { what: "added by the api", unit: "ms", against: "the gateway directly" } as const;
  return [lineOf(through, samples), lineOf(own, { ours: added, bare: samples.bare })];
}

/** The first admin, with a provider and keys. */
async function setUp(url: string, keyCount: number): Promise<{ userId: string; keys: string[] }> {
  const admin = new ApiSession(url);
  const { user } = await admin.expect(201, "POST", "/api/onboarding/breakglass", ADMIN, { [SETUP_TOKEN_HEADER]: SETUP_TOKEN });
  await admin.expect(200, "POST", "/api/onboarding/complete");
  await admin.expect(201, "POST", "/api/me/providers", providerInput());
  const keys: string[] = [];
  for (let count = 0; count < keyCount; count += 1) {
    const { apiKey } = await admin.expect(201, "POST", "/api/me/keys", { name: "bench", scopes: ["chat:send"] });
    keys.push(apiKey);
  }
  return { userId: user.id, keys };
}

/** Makes the row say that the agent runs at the light gateway. Resolves with the gateway's token. */
async function bringUp(database: TestDatabase, userId: string): Promise<string> {
  const worker = await database.openAs("worker");
  const started = { startId: "bench", host: "bench", image: "bench", engineContainerId: "bench", address: GATEWAY_HOST };
  return await worker.asTenant(humanTenant(userId), async (tx) => {
    await ensureContainerRow(tx);
    const { gatewayToken } = await claimStart(tx, started);
    await recordStarted(tx, started);
    await setPhase(tx, { phase: "ready", reason: "" });
    return gatewayToken.reveal();
  });
}

async function startGateway(token: string): Promise<() => Promise<unknown>> {
  const main = join(import.meta.dirname, "processes/light-gateway.ts");
  const child = spawn(process.execPath, [main, GATEWAY_HOST, token], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended.then(() => Promise.reject(new Error("The light gateway ended.")))]);
  return async () => {
    child.kill();
    await ended;
  };
}

/** The rest of the answer is read too, outside of the time. */
async function firstByteMs({ url, token }: Target): Promise<number> {
  const body = JSON.stringify({ model: GATEWAY_MODEL, stream: true, messages: [{ role: "user", content: "Hello" }] });
  const startedAt = performance.now();
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body,
  });
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  const ms = performance.now() - startedAt;
  if (answer.status !== 200 || first?.done !== false) throw new Error(`A chat was answered with ${answer.status}.`);
  while ((await reader?.read())?.done === false);
  return ms;
}
