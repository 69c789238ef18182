// An installation whose worker is replaced by another release's: containers on a light engine, and leases of credentials.
import { randomUUID } from "node:crypto";
import { pino } from "pino";
import type { WorkflowBundle } from "@temporalio/worker";
import { createAgentContainerActivities } from "../../../activities/containers/agent-container.ts";
import { createCredentialLeaseActivities } from "../../../activities/leases/credential-lease.ts";
import { createCredentialRetentionActivities } from "../../../activities/leases/credential-retention.ts";
import { createReconcileFleetActivities } from "../../../activities/containers/reconcile-fleet.ts";
import { createCredentialLeaseClient, type CredentialLeaseClient } from "../../../adapters/temporal/credential-lease-client.ts";
import {
  agentContainerWorkflowId,
  MESSAGE_NAMES,
  type AgentContainerStatus,
} from "../../../contracts/containers/agent-container.ts";
import {
  CREDENTIAL_LEASE_MESSAGES,
  credentialLeaseWorkflowId,
  type CredentialLeaseResult,
  type CredentialLeaseStatus,
} from "../../../contracts/leases/credential-lease-workflow.ts";
import type { KindLimits } from "../../../contracts/leases/credential-lease.ts";
import type { ContainerRuntime } from "../../../contracts/containers/container-runtime.ts";
import { FleetError } from "../../../contracts/core/errors.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { setKindLimits } from "../../../db/leases/credential-kinds.ts";
import { heartbeatLease, releaseLease, type LeaseClaim } from "../../../db/leases/credential-lease-calls.ts";
import { acquireLease } from "../../../db/leases/credential-leases.ts";
import { addCredential } from "../../../db/leases/qa-credentials.ts";
import { relayAll } from "../../../workers/outbox-relay.ts";
import { outboxTopics } from "../../../workers/outbox-topics.ts";
import { createContainerWorld, type ContainerWorld } from "../containers/container-world.ts";
import { createLightEngine } from "../containers/light-engine.ts";
import { fetchAsAgent } from "../containers/light-installation.ts";
import { patiently } from "./patient-temporal.ts";
import { addPerson } from "../people/people.ts";
import { recordAgentKeys } from "../agents/recording-agent-keys.ts";
import { recordDeactivations } from "../people/recording-deactivations.ts";

const LEASE_TTL_MS = 20 * 60_000;
const CI = { role: "ci", id: "env:ci" } as const;
const MAINTAINER = { actor: { role: "maintainer", id: "env:maintainer" } } as const;

export interface HeldLease {
  readonly leaseId: string;
  readonly claim: LeaseClaim;
}

export type UpgradeWorld = Awaited<ReturnType<typeof createUpgradeWorld>>;

export async function createUpgradeWorld() {
  const world = await createContainerWorld();
  const { api, worker, fleet, containers, environment } = world;
  const engine = createLightEngine({ boot: (token) => fetchAsAgent(api, token) });
  const stuck = new Set<Tenant>();
  const runtime = withoutEngineFor(stuck, engine);
  const leases = createCredentialLeaseClient(patiently(world.temporal));
  const deps = { fleet, worker, runtime, containers, leases };
  const activities = {
    ...createAgentContainerActivities(world.deps(runtime, "light:1")),
    ...createCredentialLeaseActivities(deps),
    ...createCredentialRetentionActivities(deps),
    ...createReconcileFleetActivities(deps),
  };
  const handleOf = (tenant: Tenant) => environment.client.workflow.getHandle(agentContainerWorkflowId(tenant));
  const leaseHandle = ({ leaseId }: HeldLease) => environment.client.workflow.getHandle(credentialLeaseWorkflowId(leaseId));
  return {
    ...{ world, stuck, engine, activities, handleOf, leaseHandle },
    ...{ rowOf: (tenant: Tenant) => api.asTenant(tenant, (tx) => findContainer(tx)) },
    statusOf: (tenant: Tenant) => handleOf(tenant).query<AgentContainerStatus, []>(MESSAGE_NAMES.status),
    leaseStatusOf: (lease: HeldLease) => leaseHandle(lease).query<CredentialLeaseStatus, []>(CREDENTIAL_LEASE_MESSAGES.status),
    leaseResultOf: (lease: HeldLease): Promise<CredentialLeaseResult> => leaseHandle(lease).result(),
    /** Replaces the worker by one with these workflows, by default the present ones. */
    async replaceWorker(bundle?: Promise<WorkflowBundle>): Promise<void> {
      await world.rest();
      await world.work(activities, bundle);
    },
    async person(): Promise<Tenant> {
      return (await addPerson(api)).tenant;
    },
    ...brokerOf(world, leases),
    async end(): Promise<void> {
      await world.end();
      await engine.close();
    },
  };
}

/** An engine that does not answer for some tenants, so that their starts and stops are retried. */
function withoutEngineFor(stuck: ReadonlySet<Tenant>, engine: ContainerRuntime): ContainerRuntime {
  const answering = (tenant: Tenant | null): void => {
    if (tenant !== null && stuck.has(tenant))
      throw new FleetError("ENGINE_UNAVAILABLE", "The container engine does not answer.");
  };
  return {
    ...engine,
    async start(spec) {
      answering(spec.tenant);
      return await engine.start(spec);
    },
    async stopAndRemove(tenant, options) {
      answering(tenant);
      await engine.stopAndRemove(tenant, options);
    },
  };
}

function brokerOf({ api, fleet, containers }: ContainerWorld, leases: CredentialLeaseClient) {
  const log = pino({ level: "silent" });
  const topics = outboxTopics({ containers, leases, deactivations: recordDeactivations(), agentKeys: recordAgentKeys(), log });
  /** Delivers the committed messages to Temporal, as the relay of a worker process does. */
  const relay = (): Promise<void> => relayAll({ fleet, topics, log }, new AbortController().signal);
  return {
    async lease(limits: Partial<KindLimits> = {}): Promise<HeldLease> {
      const [kind, ownerId] = [`kind-${randomUUID()}`, "ci-run-7"];
      const credential = { kind, payloadText: "{}", note: undefined, status: "active", admin: MAINTAINER } as const;
      await api.globally((tx) => addCredential(tx, credential));
      await api.globally((tx) => setKindLimits(tx, { kind, limits, admin: MAINTAINER }));
      const options = { leaseTtlMs: LEASE_TTL_MS, quarantineOnExpiry: false, excludeCredentialIds: [], recordsFailure: true };
      const done = await acquireLease(api, { kind, ownerId, actor: CI, ...options });
      if (done.outcome !== "leased") throw new Error(`The lease was not given: ${done.outcome}.`);
      const { leaseId, credentialId, leaseToken } = done.lease;
      await relay();
      return { leaseId, claim: { credentialId, kind, ownerId, leaseToken, actor: CI } };
    },
    async shorten({ claim }: HeldLease, leaseTtlMs: number): Promise<void> {
      expect(await heartbeatLease(api, { ...claim, leaseTtlMs })).toMatchObject({ ok: true });
      await relay();
    },
    /** `failed`: the run failed, so that the credential cools down. */
    async release({ claim }: HeldLease, { failed = false } = {}): Promise<void> {
      expect(await releaseLease(api, { ...claim, failed })).toMatchObject({ ok: true, value: { released: true } });
      await relay();
    },
  };
}
