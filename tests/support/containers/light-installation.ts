// An installation with the real api, relay and container workflows, on a real Postgres and a real Temporal server; only the
// container engine is replaced by a light one.
import { pino } from "pino";
import { createAgentContainerActivities } from "../../../activities/containers/agent-container.ts";
import { createAgentContainerClient } from "../../../adapters/temporal/agent-container-client.ts";
import { fetchAgentBundle } from "../../../api/agent-config/agent-fetch.ts";
import type { AgentBundle } from "../../../domain/agent-config/agent-bundle.ts";
import type { Database } from "../../../db/core/database.ts";
import type { Secret } from "../../../contracts/core/secret.ts";
import { resolveContainerToken } from "../../../db/core/admission.ts";
import { runOutboxRelay } from "../../../workers/outbox-relay.ts";
import { outboxTopics } from "../../../workers/outbox-topics.ts";
import { setUpInstallation, startTestApi, type TestApi } from "../core/api.ts";
import type { ApiSession } from "../core/api-session.ts";
import { createContainerWorld, type ContainerWorld } from "./container-world.ts";
import type { FakeGatewayStart } from "../turns/fake-gateway.ts";
import { createLightEngine, type LightEngine } from "./light-engine.ts";
import { recordAgentKeys } from "../agents/recording-agent-keys.ts";
import { recordDeactivations } from "../people/recording-deactivations.ts";
import { recordLeases } from "../leases/recording-leases.ts";

export interface LightInstallation {
  readonly world: ContainerWorld;
  readonly engine: LightEngine;
  readonly api: TestApi;
  readonly admin: ApiSession;
  /** What each start got, in order. */
  readonly boots: readonly AgentBundle[];
  close(): Promise<void>;
}

export async function startLightInstallation(): Promise<LightInstallation> {
  const world = await createContainerWorld();
  const boots: AgentBundle[] = [];
  const engine = createLightEngine({ boot: (token) => fetchAsAgent(world.api, token, boots) });
  await world.work(createAgentContainerActivities(world.deps(engine, "light:1")));
  const ending = new AbortController();
  const log = pino({ level: "silent" });
  // With the product's deadlines, which the world's containers do not have.
  const containers = createAgentContainerClient(world.temporal);
  const topics = outboxTopics({
    containers,
    leases: recordLeases(),
    deactivations: recordDeactivations(),
    agentKeys: recordAgentKeys(),
    log,
  });
  const relay = runOutboxRelay({ fleet: world.fleet, topics, log }, ending.signal);
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

/** What the image's entrypoint does, without HTTP; adds what it got to `boots`. */
export async function fetchAsAgent(db: Database, agentToken: Secret, boots: AgentBundle[] = []): Promise<FakeGatewayStart> {
  const found = await resolveContainerToken(db, db.tokens.candidates(agentToken));
  if (found === null) throw new Error("The token belongs to no container.");
  const { containerId: id, tenant, generation } = found;
  const bundle = await fetchAgentBundle({ db, refusalOf: () => null }, { kind: "container", id, tenant, generation });
  boots.push(bundle);
  return { token: bundle.variables["OPENCLAW_GATEWAY_TOKEN"] ?? "", tls: bundle.tls };
}
