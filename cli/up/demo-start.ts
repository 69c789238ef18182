// The steps that `--demo` adds: the model server on the agents' bridge, then the user who may talk to it.
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { ownerConnection } from "../../db/core/login.ts";
import { demoModelKey, prepareDemo, type DemoFacts } from "./demo.ts";
import { demoModelPort } from "./service-environment.ts";
import { demoModelService } from "./services.ts";
import type { UpContext } from "./stack.ts";

const BRIDGE_TIMEOUT_MS = 60_000;
const BRIDGE_EVERY_MS = 200;
const QUERY_TIMEOUT_MS = 10_000;

export interface DemoStart {
  readonly url: string;
  readonly temporalUi: string;
  readonly ownerUrl: Secret;
}

export async function startDemo(context: UpContext, { url, temporalUi, ownerUrl }: DemoStart): Promise<DemoFacts> {
  const { reporter, supervisor, dir, settings, signal, setupToken } = context;
  const apiKey = await demoModelKey(dir);
  const baseUrl = await reporter.step("demo model", async () => {
    const host = await bridgeAddress(ownerUrl, signal);
    // On the bridge, because containers cannot reach loopback.
    const port = demoModelPort(settings);
    const address = `http://${host}:${port}/v1`;
    const own = {
      PATH: settings.environment["PATH"],
      MOSAIC_DEMO_HOST: host,
      MOSAIC_DEMO_PORT: String(port),
      MOSAIC_DEMO_KEY: apiKey.reveal(),
    };
    await supervisor.run(demoModelService({ dir, env: own, signal }, address));
    return { value: address, result: address };
  });
  return await reporter.step("demo user", async () => {
    const facts = await prepareDemo({ dir, url, temporalUi, setupToken, model: { baseUrl, apiKey } });
    return { value: facts, result: dir.file("demo.json") };
  });
}

/** The worker makes the network and writes down where it is. Asked without the mapper, which would stay in memory. */
async function bridgeAddress(ownerUrl: Secret, signal: AbortSignal): Promise<string> {
  const client = new pg.Client({ ...ownerConnection(ownerUrl.reveal()), connectionTimeoutMillis: QUERY_TIMEOUT_MS });
  // A connection lost in between fails the query at hand; the event itself must not end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const deadline = Date.now() + BRIDGE_TIMEOUT_MS;
    while (Date.now() < deadline) {
      const { rows } = await client.query<{ address: string }>(
        "SELECT gateway_address AS address FROM mosaic.engines WHERE gateway_address IS NOT NULL ORDER BY name LIMIT 1",
      );
      if (rows[0] !== undefined) return rows[0].address;
      await delay(BRIDGE_EVERY_MS, undefined, { signal });
    }
    throw new FleetError("ENGINE_UNAVAILABLE", "The worker has not made the agents' network; see its log.");
  } finally {
    await client.end();
  }
}
