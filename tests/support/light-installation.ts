// One installation with the real api, relay and container workflows on a real Postgres and a real Temporal server; only the
// engine is a light one.
import { pino } from "pino";
import { createAgentContainerActivities } from "../../activities/agent-container.ts";
import { createAgentContainerClient } from "../../adapters/agent-container-client.ts";
import { fetchAgentBundle } from "../../api/agent-fetch.ts";
import type { AgentBundle } from "../../domain/agent-bundle.ts";
import type { Secret } from "../../contracts/secret.ts";
import { resolveContainerToken } from "../../db/repositories/admission.ts";
import { runOutboxRelay } from "../../workers/outbox-relay.ts";
import { setUpInstallation, startTestApi, type TestApi } from "./api.ts";
import type { ApiSession } from "./api-session.ts";
import { createContainerWorld, type ContainerWorld } from "./container-world.ts";
import { createLightEngine, type LightEngine } from "./light-engine.ts";
import { recordDeactivations } from "./recording-deactivations.ts";
import { recordLeases } from "./recording-leases.ts";

export interface LightInstallation {
  readonly world: ContainerWorld;
  readonly engine: LightEngine;
  readonly api: TestApi;
  readonly admin: ApiSession;
  /** What each start got, in their order. */
  readonly boots: readonly AgentBundle[];
  close(): Promise<void>;
}

export async function startLightInstallation(): Promise<LightInstallation> {
  const world = await createContainerWorld();
  const boots: AgentBundle[] = [];
  /** What the image's entrypoint does, without its HTTP. */
  async function boot(agentToken: Secret): Promise<string> {
    const found = await resolveContainerToken(world.api, world.api.tokens.candidates(agentToken));
    if (found === null) throw new Error("The token fits no container.");
    const { containerId: id, tenant, generation } = found;
    const bundle = await fetchAgentBundle(world.api, { kind: "container", id, tenant, generation });
    boots.push(bundle);
    return bundle.variables["OPENCLAW_GATEWAY_TOKEN"] ?? "";
  }
  const engine = createLightEngine({ boot });
  await world.work(createAgentContainerActivities(world.deps(engine, "light:1")));
  const ending = new AbortController();
  const others = { leases: recordLeases(), deactivations: recordDeactivations(), log: pino({ level: "silent" }) };
  // With the deadlines of the product, which those of the world have not.
  const containers = createAgentContainerClient(world.temporal);
  const relay = runOutboxRelay({ ...world, containers, ...others }, ending.signal);
  const api = await startTestApi(world.database, { env: { TEMPORAL_ADDRESS: world.environment.address } });
  return {
    ...{ world, engine, api, boots },
    admin: await setUpInstallation(api),
    async close() {
      await api.close();
      ending.abort();
      await relay;
      await world.end();
      await engine.close();
    },
  };
}
