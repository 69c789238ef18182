// Chats in the form of `/openclaw/chat` with an agent “scout”, whose gateway is one on loopback that keeps what it was asked.
import { judgeAddress } from "../../../adapters/outbound/outbound-address.ts";
import { useWorld } from "../core/use-world.ts";
import { useChat, withKey, type ChatBenchOptions, type ChatUser } from "../turns/chat.ts";
import { useRecordingGateway } from "./recording-gateway.ts";
import { registerHere } from "./register.ts";

/** Short, for gateways that say nothing. */
const SILENCE_MS = 1_500;

export const HELLO = { agent: "scout", messages: [{ role: "user", content: "Hello." }] };
export const UNAVAILABLE = "OpenClaw gateway for agent 'scout' is unavailable";

interface Call {
  readonly by?: ChatUser;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** How the contract tells a failure once the stream is open. */
export function failure(message: string): string {
  return `event: error\ndata: ${JSON.stringify({ error: message })}\n\n`;
}

interface OpenclawChatOptions extends Pick<ChatBenchOptions, "env"> {
  readonly silenceMs?: number;
}

/** Registers “scout” before each test. */
export function useOpenclawChat({ silenceMs = SILENCE_MS, ...options }: OpenclawChatOptions = {}) {
  const gateway = useRecordingGateway();
  const bench = useChat({
    ...options,
    registeredGateways: {
      // Loopback is the outside of these tests; the rest of the rule stands.
      judge: (address) => (address === "127.0.0.1" ? "allowed" : judgeAddress(address, {})),
      timeouts: { headersMs: silenceMs, silenceMs },
    },
  });
  const ann = useWorld(() => bench.addUser("ann", { provider: false }));
  const chat = (body: object = HELLO, { by = ann, path = "/openclaw/chat", signal }: Call = {}): Promise<Response> =>
    bench.post(path, body, withKey(by), signal);
  const registerAt = (gatewayUrl: string, name?: string, more?: object): Promise<void> =>
    registerHere({ database: bench.database, admin: bench.admin, gatewayUrl }, name, more);
  const forgetAll = () => bench.database.asOwner("DELETE FROM mosaic.registered_agents");
  const here = (name?: string, more?: object): Promise<void> => registerAt(`${gateway.url}/base//`, name, more);

  beforeEach(async () => {
    await forgetAll();
    await here();
  });
  return {
    ...{ gateway, bench, ann, chat, here },
    textOf: async (body: object = HELLO): Promise<string> => await (await chat(body)).text(),
    /** From now on the gateway of “scout” is there. */
    async move(gatewayUrl: string, more: object = {}): Promise<void> {
      await forgetAll();
      await registerAt(gatewayUrl, "scout", more);
    },
  };
}
