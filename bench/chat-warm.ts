// What the control plane adds to a chat whose agent runs: time to the first byte of the answer.
import { fetch } from "undici";
import { GATEWAY_MODEL } from "../adapters/openclaw/openclaw-gateway.ts";
import { GATEWAY_PORT } from "../contracts/containers/agent-container.ts";
import { pinnedFetch } from "../tests/support/turns/gateway-tls.ts";
import { withChatStage, type ChatStage } from "./chat/stage.ts";
import { alternate, defineBench, lineOf, type Line } from "./support/bench.ts";

/** A key may send 120 chats a minute. */
const CHATS_PER_KEY = 100;

export const chatWarm = defineBench<{ readonly pairs: number }>({
  name: "chat-warm",
  title: "A chat with a running agent",
  about:
    "Time to the first byte of a streamed answer through the api's OpenAI-compatible interface, against the same request sent to the gateway directly. The gateway is a light one that answers at once, in a process of its own, and so is the api; Temporal is not even running. What a model or OpenClaw itself takes is on neither side.",
  sizes: { full: { pairs: 300 }, smoke: { pairs: 2 } },
  run: ({ pairs }) => withChatStage(Math.ceil((pairs + 1) / CHATS_PER_KEY), (stage) => measure(pairs, stage)),
});

interface Target {
  readonly url: string;
  readonly token: string;
  readonly fetch: typeof fetch;
}

async function measure(pairs: number, { url, agents }: ChatStage): Promise<readonly Line[]> {
  const targets = agents.map(({ host, token, tls, apiKey }) => ({
    ours: { url, token: apiKey, fetch },
    bare: { url: `https://${host}:${GATEWAY_PORT}`, token, fetch: pinnedFetch(tls.certificate) },
  }));
  const ms = async (side: "ours" | "bare", round: number): Promise<number> => {
    const target = targets[Math.floor(round / CHATS_PER_KEY)];
    return target === undefined ? Number.NaN : await firstByteMs(target[side]);
  };
  const samples = await alternate(pairs, { ours: (round) => ms("ours", round), bare: (round) => ms("bare", round) });
  const added = samples.ours.map((ours, index) => ours - (samples.bare[index] ?? 0));
  const through = { what: "first byte through the api", unit: "ms", against: "the gateway directly" } as const;
  const own = { what: "added by the api", unit: "ms", against: "the gateway directly" } as const;
  return [lineOf(through, samples), lineOf(own, { ours: added, bare: samples.bare })];
}

/** The rest of the answer is read too, outside of the time. */
async function firstByteMs({ url, token, fetch: send }: Target): Promise<number> {
  const body = JSON.stringify({ model: GATEWAY_MODEL, stream: true, messages: [{ role: "user", content: "Hello" }] });
  const startedAt = performance.now();
  const answer = await send(`${url}/v1/chat/completions`, {
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
