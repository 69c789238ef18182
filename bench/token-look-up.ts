// What the look-ups of the hot path cost, and whether they feel how many containers there are.
import type { Database } from "../db/core/database.ts";
import { admitChat, resolveContainerToken, type Credential } from "../db/core/admission.ts";
import { insertApiKey } from "../db/keys/api-keys.ts";
import { insertProvider } from "../db/providers/providers.ts";
import { personWithContainer, startContainer } from "../tests/support/containers/containers.ts";
import { createTestDatabase, type TestDatabase } from "../tests/support/core/database.ts";
import { providerInput } from "../tests/support/people/people.ts";
import { populate } from "../tests/support/core/population.ts";
import { alternate, defineBench, lineOf, timed, type Line } from "./support/bench.ts";

const PING_TIMEOUT_MS = 5_000;
/** One look-up is too short for a clock. */
const CALLS_PER_SAMPLE = 20;

interface Size {
  readonly pairs: number;
  readonly few: number;
  readonly many: number;
}

export const tokenLookUp = defineBench<Size>({
  name: "token-look-up",
  title: "Look-ups of the hot path at 10 and 100,000 containers",
  about:
    "`auth.resolve_container_token` (a container fetches its configuration) and `auth.admit_chat` (a chat comes in: key, user, provider, container and activity in one call), each a round trip to Postgres on a warm pool. Against the emptiest round trip there is, and the large fleet against the small one. Each sample is the mean of 20 calls.",
  sizes: { full: { pairs: 50, few: 10, many: 100_000 }, smoke: { pairs: 1, few: 2, many: 20 } },
  async run({ pairs, few, many }) {
    const [small, large] = [await createFleet(few), await createFleet(many)];
    try {
      return await measure(pairs, small, large);
    } finally {
      await small.database.drop();
      await large.database.drop();
    }
  },
});

interface Fleet {
  readonly database: TestDatabase;
  readonly count: number;
  ping(): Promise<unknown>;
  resolveToken(): Promise<unknown>;
  admitChat(): Promise<unknown>;
}

async function createFleet(count: number): Promise<Fleet> {
  const database = await createTestDatabase();
  await populate(database, count, "running");
  const [api, worker] = [await database.openAs("api"), await database.openAs("worker")];
  const { hashes, credential } = await addKnownTenant(api, worker);
  return {
    ...{ database, count },
    ping: () => api.ping(PING_TIMEOUT_MS),
    resolveToken: async () => found(await resolveContainerToken(api, hashes)),
    admitChat: async () => found(await admitChat(api, credential)),
  };
}

/** One more tenant, whose token and key are known. */
async function addKnownTenant(api: Database, worker: Database): Promise<{ hashes: Buffer[]; credential: Credential }> {
  const person = await personWithContainer(api, worker);
  const { agentToken } = await startContainer(worker, person, "known");
  const key = { userId: person.userId, name: "known", scopes: ["chat:send"], expiresAt: null } as const;
  const { row, apiKey } = await api.asTenant(person.tenant, async (tx) => {
    await insertProvider(tx, providerInput());
    return await insertApiKey(tx, key);
  });
  const credential = { carrier: "key", keyId: row.keyId, hashes: api.tokens.candidates(apiKey) } as const;
  return { hashes: api.tokens.candidates(agentToken), credential };
}

function found(result: unknown): unknown {
  if (result === null) throw new Error("The look-up found nothing: there is nothing to measure.");
  return result;
}

type LookUp = "resolveToken" | "admitChat";

async function measure(pairs: number, small: Fleet, large: Fleet): Promise<readonly Line[]> {
  const mean = async (call: () => Promise<unknown>): Promise<number> => {
    const all = async () => {
      for (let count = 0; count < CALLS_PER_SAMPLE; count += 1) await call();
    };
    return (await timed(all)) / CALLS_PER_SAMPLE;
  };
  const compare = async (facts: { what: string; against: string }, calls: Record<"ours" | "bare", () => Promise<unknown>>) =>
    lineOf({ ...facts, unit: "ms" }, await alternate(pairs, { ours: () => mean(calls.ours), bare: () => mean(calls.bare) }));
  const lines: Line[] = [];
  for (const [name, lookUp] of [
    ["container token", "resolveToken"],
    ["admission of a chat", "admitChat"],
  ] as const) {
    lines.push(...(await linesFor(name, lookUp)));
  }
  return lines;

  async function linesFor(name: string, lookUp: LookUp): Promise<Line[]> {
    const at = (fleet: Fleet) => `${name}, ${fleet.count.toLocaleString("en")} containers`;
    return [
      await compare({ what: at(small), against: "SELECT 1" }, { ours: small[lookUp], bare: small.ping }),
      await compare({ what: at(large), against: `the same at ${small.count}` }, { ours: large[lookUp], bare: small[lookUp] }),
    ];
  }
}
