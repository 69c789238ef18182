// What the control plane adds to a chat under load, compared with proxies that do less: latency, processor time, throughput.
import { Agent, type Dispatcher } from "undici";
import { pinnedConnector } from "../adapters/openclaw/gateway-pin.ts";
import { GATEWAY_MODEL } from "../adapters/openclaw/openclaw-gateway.ts";
import { GATEWAY_PORT } from "../contracts/containers/agent-container.ts";
import { openLoop, percentile, type Load, type Outcome } from "./chat/open-loop.ts";
import { startConfigurableHttpProxy, startNginx, PROXY_HEADERS, type Proxy } from "./chat/proxies.ts";
import { withChatStage, type ChatStage, type StagedAgent } from "./chat/stage.ts";
import { defineBench, lineOf, type Line } from "./support/bench.ts";
import { cpuTimeMs } from "./support/cpu-time.ts";

const CONNECT_TIMEOUT_MS = 60_000;
/** Added to the median without a proxy, and to the 99th percentile of configurable-http-proxy. */
const ADDED_P50_MS = 1;
const ADDED_P99_MS = 5;
const PROCESSOR_MS = 1.2;
const ANSWERED_PER_SECOND = 600;
const DIRECT = "the gateway directly";
const NGINX = "nginx";
const CHP = "configurable-http-proxy";
const OURS = "ours";

interface Size {
  /** A key may send 120 chats a minute, and an agent has five at a time. */
  readonly agents: number;
  readonly rounds: number;
  /** The bounds apply to the first; the second shows how many chats one process can take. */
  readonly loads: readonly [usual: Load, most: Load];
}

export const chatLoaded = defineBench<Size>({
  name: "chat-loaded",
  title: "Chats under load",
  about:
    "Streams of twenty pieces at a fixed rate, whatever is answered when (an open loop), each timed from the moment at which it was due; in turns against the gateway directly, through nginx, through JupyterHub's configurable-http-proxy, and through the api's OpenAI-compatible interface. Each sample is one round of some seconds. Everybody speaks TLS to the gateways and accepts the one certificate only. The proxies have one gateway and ask nobody; ours has 200 agents, each with a gateway, a certificate and a key of its own, and asks Postgres for each chat. Gateways, api, PostgreSQL and the load share the machine. Processor time is that of the proxy's or the api's process.",
  sizes: {
    full: {
      agents: 200,
      rounds: 5,
      loads: [
        { perSecond: 200, seconds: 5 },
        { perSecond: 640, seconds: 4 },
      ],
    },
    smoke: {
      agents: 3,
      rounds: 1,
      loads: [
        { perSecond: 10, seconds: 0.5 },
        { perSecond: 20, seconds: 0.5 },
      ],
    },
  },
  run: (size) => withChatStage(size.agents, (stage) => withProxies(stage, (sides) => measure(size, sides))),
});

/** One path to the gateways. */
interface Side {
  readonly dispatcher: Dispatcher;
  readonly requestOf: (index: number) => Dispatcher.DispatchOptions;
  /** Undefined if there is no proxy. */
  readonly pid: number | undefined;
}

interface Round extends Outcome {
  readonly cpuMs: number;
}

async function withProxies<T>(stage: ChatStage, work: (sides: ReadonlyMap<string, Side>) => Promise<T>): Promise<T> {
  const [first] = stage.agents;
  if (first === undefined) throw new Error("There is no agent.");
  const plain = new Agent();
  const pinned = new Agent({ connect: pinnedConnector(first.tls.certificate, CONNECT_TIMEOUT_MS) });
  const ending: (() => Promise<unknown>)[] = [() => plain.destroy(), () => pinned.destroy()];
  const through = ({ url, pid, end }: Proxy): Side => {
    ending.push(end);
    return { dispatcher: plain, requestOf: () => chatTo(url, first.token, PROXY_HEADERS), pid };
  };
  const direct = `https://${first.host}:${GATEWAY_PORT}`;
  try {
    const nginx = await startNginx(first);
    if (nginx === null) console.log("nginx is not installed (Debian: apt-get install nginx-light); its lines are left out.");
    const sides = new Map<string, Side>([
      [DIRECT, { dispatcher: pinned, requestOf: () => chatTo(direct, first.token), pid: undefined }],
      ...(nginx === null ? [] : ([[NGINX, through(nginx)]] as const)),
      [CHP, through(await startConfigurableHttpProxy(first))],
      [OURS, { dispatcher: plain, requestOf: inTurn(stage), pid: stage.api.process.pid }],
    ]);
    return await work(sides);
  } finally {
    for (const end of ending) await end();
  }
}

/** Picks the agents in turn. */
function inTurn({ url, agents }: ChatStage): Side["requestOf"] {
  return (index) => {
    const agent: StagedAgent | undefined = agents[index % agents.length];
    return chatTo(url, agent?.apiKey ?? "");
  };
}

function chatTo(origin: string, token: string, headers = {}): Dispatcher.DispatchOptions {
  return {
    ...{ origin, path: "/v1/chat/completions", method: "POST" },
    headers: { ...headers, "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ model: GATEWAY_MODEL, stream: true, messages: [{ role: "user", content: "Hello" }] }),
  };
}

async function measure({ rounds, loads }: Size, sides: ReadonlyMap<string, Side>): Promise<readonly Line[]> {
  const [usual, most] = loads;
  const atUsual = await inRounds(rounds, usual, sides);
  const atMost = await inRounds(rounds, most, sides);
  return [...linesOf(usual, atUsual), ...boundsOf(usual, atUsual), ...linesOf(most, atMost), takenOf(most, atMost)];
}

type Rounds = ReadonlyMap<string, readonly Round[]>;

/** In turns, after one warm-up round of each. */
async function inRounds(count: number, load: Load, sides: ReadonlyMap<string, Side>): Promise<Rounds> {
  const all = new Map<string, Round[]>([...sides.keys()].map((name) => [name, []]));
  for (let round = 0; round <= count; round += 1) {
    for (const [name, side] of sides) {
      const done = await oneRound(side, load);
      if (round > 0) all.get(name)?.push(done);
    }
  }
  return all;
}

async function oneRound({ dispatcher, requestOf, pid }: Side, load: Load): Promise<Round> {
  const before = pid === undefined ? 0 : await cpuTimeMs(pid);
  const outcome = await openLoop(dispatcher, requestOf, load);
  const spent = pid === undefined ? 0 : (await cpuTimeMs(pid)) - before;
  return { ...outcome, cpuMs: spent / outcome.firstByteMs.length };
}

type Figure = (round: Round) => number;
const PERCENTILES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;
const cpu: Figure = ({ cpuMs }) => cpuMs;
const at =
  (share: number): Figure =>
  (round) =>
    percentile(round, share);

function samplesOf(rounds: Rounds, against: string, figure: Figure) {
  const of = (name: string): number[] => (rounds.get(name) ?? []).map(figure);
  return { ours: of(OURS), bare: of(against) };
}

/** Ours against each other path: time to the first byte, and processor time if the path has a proxy. */
function linesOf({ perSecond }: Load, rounds: Rounds): Line[] {
  const others = [...rounds.keys()].filter((name) => name !== OURS);
  const latencies = Object.entries(PERCENTILES).flatMap(([name, share]) =>
    others.map((against) =>
      lineOf({ what: `${perSecond}/s, first byte, ${name}`, unit: "ms", against }, samplesOf(rounds, against, at(share))),
    ),
  );
  const processor = others
    .filter((against) => against !== DIRECT)
    .map((against) =>
      lineOf(
        { what: `${perSecond}/s, processor per chat`, unit: "ms", against, bound: { of: "ours", atMost: PROCESSOR_MS } },
        samplesOf(rounds, against, cpu),
      ),
    );
  return [...latencies, ...processor];
}

/** The bounds at the usual load. */
function boundsOf({ perSecond }: Load, rounds: Rounds): Line[] {
  const added = (name: keyof typeof PERCENTILES, against: string, atMost: number): Line => {
    const { ours, bare } = samplesOf(rounds, against, at(PERCENTILES[name]));
    const more = ours.map((ms, index) => ms - (bare[index] ?? Number.NaN));
    const what = `${perSecond}/s, first byte, ${name}, added`;
    return lineOf({ what, unit: "ms", against, bound: { of: "ours", atMost } }, { ours: more, bare });
  };
  return [added("p50", DIRECT, ADDED_P50_MS), added("p99", CHP, ADDED_P99_MS)];
}

function takenOf({ perSecond }: Load, rounds: Rounds): Line {
  const what = `answered at ${perSecond}/s`;
  const samples = samplesOf(rounds, DIRECT, ({ answeredPerSecond }) => answeredPerSecond);
  return lineOf({ what, unit: "/s", against: DIRECT, bound: { of: "ours", atLeast: ANSWERED_PER_SECOND } }, samples);
}
