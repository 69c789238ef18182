// The steps that `--demo` adds: the model server on the agents' bridge, then the user who may talk to it.
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase } from "../../db/database.ts";
import { listEngines } from "../../db/repositories/engines.ts";
import { FleetError } from "../../contracts/errors.ts";
import { demoModelKey, prepareDemo, type DemoFacts } from "./demo.ts";
import { demoModelPort } from "./service-environment.ts";
import { demoModelService } from "./services.ts";
import type { Environment } from "./settings.ts";
import type { UpContext } from "./stack.ts";

const BRIDGE_TIMEOUT_MS = 60_000;
const BRIDGE_EVERY_MS = 200;

export interface DemoStart {
  readonly url: string;
  readonly temporalUi: string;
  readonly env: Environment;
}

export async function startDemo(context: UpContext, { url, temporalUi, env }: DemoStart): Promise<DemoFacts> {
  const { reporter, supervisor, dir, settings, signal, setupToken } = context;
  const apiKey = await demoModelKey(dir);
  const baseUrl = await reporter.step("demo model", async () => {
    const host = await bridgeAddress(context, env);
    // On the bridge, because containers cannot reach loopback.
    const port = demoModelPort(settings);
    const address = `http://${host}:${port}/v1`;
    const own = { PATH: env["PATH"], MOSAIC_DEMO_HOST: host, MOSAIC_DEMO_PORT: String(port), MOSAIC_DEMO_KEY: apiKey.reveal() };
    await supervisor.run(demoModelService({ dir, env: own, signal }, address));
    return { value: address, result: address };
  });
  return await reporter.step("demo user", async () => {
    const facts = await prepareDemo({ dir, url, temporalUi, setupToken, model: { baseUrl, apiKey } });
    return { value: facts, result: dir.file("demo.json") };
  });
}

/** The worker makes the network and writes down where it is. */
async function bridgeAddress({ rootKey, signal }: UpContext, env: Environment): Promise<string> {
  const db = await openDatabase({ url: env["DATABASE_URL"] ?? "", role: "api", rootKey, poolMax: 1 });
  try {
    const deadline = Date.now() + BRIDGE_TIMEOUT_MS;
    while (Date.now() < deadline) {
      const found = (await db.globally(listEngines)).find(({ gatewayAddress }) => gatewayAddress !== null);
      if (found?.gatewayAddress) return found.gatewayAddress;
      await delay(BRIDGE_EVERY_MS, undefined, { signal });
    }
    throw new FleetError("ENGINE_UNAVAILABLE", "The worker has not made the agents' network; see its log.");
  } finally {
    await db.close();
  }
}
