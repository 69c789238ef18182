// A caller of the credential broker, as the published clients call it: POST, bearer secret, JSON.
import { startTestApi, type TestApi, type TestApiOptions } from "../core/api.ts";
import { createTestDatabase, type TestDatabase } from "../core/database.ts";
import { useWorld } from "../core/use-world.ts";

export const MAINTAINER = "test-maintainer-secret";
export const CI = "test-secret-for-ci";
/** Longer than any request is held. */
const LONG_WAIT_MS = 60_000;
export const BROKER_PREFIX = "/qa-credentials/v1";
export const BROKER_ENV = {
  OPENCLAW_QA_CONVEX_SECRET_MAINTAINER: MAINTAINER,
  OPENCLAW_QA_CONVEX_SECRET_CI: CI,
} as const;

export interface BrokerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly json: any;
}

export interface CallOptions {
  /** Default: the secret of ci on lease routes, of the maintainer on admin routes. Null: no header. */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly prefix?: string;
}

/** What holds a lease says about itself. */
export interface Lease {
  readonly kind: string;
  readonly ownerId: string;
  readonly actorRole: string;
  readonly credentialId: string;
  readonly leaseToken: string;
}

export class BrokerClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** `body` a string: sent as it is. */
  async call(path: string, body: unknown, options: CallOptions = {}): Promise<BrokerAnswer> {
    const bearer = `Bearer ${path.startsWith("/admin/") ? MAINTAINER : CI}`;
    const authorization = options.authorization === undefined ? bearer : options.authorization;
    const response = await fetch(`${this.#url}${options.prefix ?? BROKER_PREFIX}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(authorization === null ? {} : { authorization }),
        ...options.headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
      signal: options.signal ?? AbortSignal.timeout(120_000),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  /** `status` and `code` of the answer; `ok` when it is a success. */
  async codeOf(path: string, body: unknown, options?: CallOptions): Promise<[number, string]> {
    const { status, json } = await this.call(path, body, options);
    return [status, json?.code ?? json?.status];
  }

  /** @throws with the answer unless it is a success. */
  async ok(path: string, body: unknown, options?: CallOptions): Promise<any> {
    const answer = await this.call(path, body, options);
    if (answer.status !== 200 || answer.json?.status !== "ok") throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Adds credentials of a kind without rules; resolves to their ids. */
  async add(kind: string, count = 1, payload: Readonly<Record<string, unknown>> = { secret: "s" }): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      ids.push((await this.ok("/admin/add", { kind, payload })).credential.credentialId);
    }
    return ids;
  }

  /** Acquires for `ownerId`. @throws when nothing is free */
  async acquire(
    kind: string,
    ownerId = "owner",
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Lease & Record<string, any>> {
    const claimant = { kind, ownerId, actorRole: "ci" };
    return { ...(await this.ok("/acquire", { ...claimant, ...more })), ...claimant };
  }

  /**
   * Waits for its turn, and goes on waiting at its place when a request was held as long as one may be. Resolves to the
   * answer of the one that was served.
   */
  async acquireInTurn(claimant: object, options: CallOptions & { readonly waiterId?: string } = {}): Promise<any> {
    for (let { waiterId } = options; ;) {
      const answer = await this.call("/acquire", { ...claimant, waitMs: LONG_WAIT_MS, waiterId }, options);
      if (answer.json?.status === "ok") return answer.json;
      if (answer.json?.code !== "POOL_EXHAUSTED") throw new Error(`/acquire: ${answer.status} ${answer.text}`);
      waiterId = answer.json.waiterId;
    }
  }

  async list(filter: Readonly<Record<string, unknown>> = {}): Promise<any[]> {
    return (await this.ok("/admin/list", filter)).credentials;
  }
}

/** What a lease's holder sends with heartbeat, release, quarantine and payload-chunk. */
export function claimOf({ kind, ownerId, actorRole, credentialId, leaseToken }: Lease): Lease {
  return { kind, ownerId, actorRole, credentialId, leaseToken };
}

export interface TestBroker {
  readonly api: TestApi;
  readonly broker: BrokerClient;
}

export async function startTestBroker(database: TestDatabase, options: TestApiOptions = {}): Promise<TestBroker> {
  const api = await startTestApi(database, { ...options, env: { ...BROKER_ENV, ...options.env } });
  return { api, broker: new BrokerClient(api.url) };
}

/** The broker with the api and the database behind it. */
export const useBroker = (options?: TestApiOptions) =>
  useWorld(async (ends) => {
    const database = ends.adopt(await createTestDatabase(), ({ drop }) => drop());
    const { api, broker } = await startTestBroker(database, options);
    ends.defer(api.close);
    /** One more process at the same database. */
    const another = async () => ends.adopt(await startTestBroker(database, options), (other) => other.api.close());
    return Object.assign(broker, { api, database, another });
  });
