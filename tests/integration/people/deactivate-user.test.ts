// The workflow that ends a deactivated user's sessions, keys and agent: each step once, even if the worker crashes in between.
import { randomUUID } from "node:crypto";
import { Worker } from "@temporalio/worker";
import { createDeactivateUserActivities, type DeactivateUserActivities } from "../../../activities/people/deactivate-user.ts";
import { createUserDeactivationClient } from "../../../adapters/temporal/user-deactivation-client.ts";
import { createTemporal } from "../../../adapters/temporal/temporal-client.ts";
import { newSessionToken } from "../../../adapters/crypto/credentials.ts";
import { TASK_QUEUE } from "../../../contracts/containers/agent-container.ts";
import { deactivateUserWorkflowId } from "../../../contracts/people/users.ts";
import { insertApiKey } from "../../../db/keys/api-keys.ts";
import { recordStopped, setPhase } from "../../../db/containers/containers.ts";
import { insertSession } from "../../../db/sign-in/sessions.ts";
import { deactivateUser, reactivateUser } from "../../../db/people/user-changes.ts";
import { endAllSessions, findDeactivation, revokeAllKeys } from "../../../db/people/user-deactivations.ts";
import { personWithContainer, startContainer } from "../../support/containers/containers.ts";
import { addPerson, type Person } from "../../support/people/people.ts";
import { recordContainers, type RecordingContainers } from "../../support/containers/recording-containers.ts";
import { waitFor } from "../../support/core/wait-for.ts";
import { workflowBundle } from "../../support/core/workflow-bundle.ts";
import { useDatabase, useService } from "../../support/core/database.ts";
import { useTemporal } from "../../support/core/local-temporal.ts";
import { useWorld } from "../../support/core/use-world.ts";

const TEST_TIMEOUT_MS = 300_000;
const CALL_DEADLINE_MS = 60_000;
const patience = (what: string) => ({ timeoutMs: 60_000, what });
const database = useDatabase();
const api = useService(database, "api");
const worker = useService(database, "worker");
const admin = useWorld(() => addPerson(api, "admin"));
const environment = useTemporal();
let containers: RecordingContainers;

beforeEach(() => {
  containers = recordContainers();
});

interface Case {
  readonly person: Person;
  readonly deactivationId: string;
}

/** A person with a session, a key and a running agent, who was just locked out. */
async function lockedOutPerson(): Promise<Case> {
  const person = await personWithContainer(api, worker);
  await startContainer(worker, person, randomUUID());
  await worker.asTenant(person.tenant, (tx) => setPhase(tx, { phase: "ready", reason: null }));
  const { userId } = person;
  const session = {
    tokenHash: api.tokens.hash(newSessionToken()),
    userId,
    systemRole: "member",
    remoteAddress: null,
    userAgent: null,
  } as const;
  await api.globally((tx) => insertSession(tx, session));
  await api.asTenant(person.tenant, (tx) => insertApiKey(tx, { userId, name: "k", scopes: ["chat:send"], expiresAt: null }));
  await api.asTenant(person.tenant, (tx) => deactivateUser(tx, { actorId: admin.userId, userId, reason: "Left." }));
  const row = await api.globally((tx) => findDeactivation(tx, userId));
  return { person, deactivationId: row?.id ?? "" };
}

const activities = (): DeactivateUserActivities => createDeactivateUserActivities({ db: worker, containers });
const rowOf = ({ person }: Case) => api.globally((tx) => findDeactivation(tx, person.userId));
const putToSleep = ({ person }: Case) =>
  worker.asTenant(person.tenant, (tx) => recordStopped(tx, { phase: "asleep", reason: null }));

async function createWorker(served: DeactivateUserActivities): Promise<Worker> {
  return await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { ...served },
  });
}

async function begin({ person, deactivationId }: Case): Promise<void> {
  const temporal = createTemporal({ address: environment.address, callDeadlineMs: CALL_DEADLINE_MS });
  try {
    await createUserDeactivationClient(temporal).begin({ deactivationId, userId: person.userId });
  } finally {
    await temporal.close();
  }
}
const resultOf = ({ deactivationId }: Case) =>
  environment.client.workflow.getHandle(deactivateUserWorkflowId(deactivationId)).result();

test(
  "sessions and keys end, and it is done when the agent sleeps; begun twice it is one",
  async () => {
    const subject = await lockedOutPerson();
    const running = await createWorker(activities());
    await running.runUntil(async () => {
      await begin(subject);
      await begin(subject);
      await waitFor(() => containers.calls.some(({ method }) => method === "stop"), patience("the agent is asked to stop"));
      expect(await rowOf(subject)).toMatchObject({ sessionsEnded: 1, keysRevoked: 1, agentStoppedAt: null });
      await putToSleep(subject);
      await resultOf(subject);
    });
    expect((await rowOf(subject))?.agentStoppedAt).toBeInstanceOf(Date);
    // However often it was told, it is on record once.
    const intents = await database.asOwner(
      "SELECT id, kind, requested_by, reason FROM mosaic.container_intents WHERE tenant = $1",
      [subject.person.tenant],
    );
    expect(intents).toEqual([
      {
        ...{ id: containers.calls[0]?.argument, kind: "stop", requested_by: admin.userId },
        reason: { code: "account_deactivated", values: { text: "Left." } },
      },
    ]);
    expect(await database.asOwner("SELECT 1 FROM mosaic.sessions WHERE user_id = $1", [subject.person.userId])).toEqual([]);
  },
  TEST_TIMEOUT_MS,
);

test(
  "a worker that dies in the middle leaves the rest to the next one, and nothing is done twice",
  async () => {
    const subject = await lockedOutPerson();
    const real = activities();
    let died = false;
    const dying = await createWorker({
      ...real,
      revokeKeys: async () => {
        died = true;
        throw new Error("the machine is gone");
      },
    });
    await dying.runUntil(async () => {
      await begin(subject);
      await waitFor(() => died, patience("the first worker reached the second step"));
    });
    expect(await rowOf(subject)).toMatchObject({ sessionsEnded: 1, keysRevokedAt: null });
    const next = await createWorker(real);
    await next.runUntil(async () => {
      await putToSleep(subject);
      await resultOf(subject);
    });
    const row = await rowOf(subject);
    expect(row).toMatchObject({ sessionsEnded: 1, keysRevoked: 1 });
    expect(row?.agentStoppedAt).toBeInstanceOf(Date);
  },
  TEST_TIMEOUT_MS,
);

const reactivate = ({ person }: Case) => api.asTenant(person.tenant, (tx) => reactivateUser(tx, person.userId));

test(
  "a user who is reactivated before the steps are done keeps the agent, and needs new sessions and keys",
  async () => {
    const subject = await lockedOutPerson();
    await reactivate(subject);
    const { person } = subject;
    await api.asTenant(person.tenant, (tx) =>
      insertApiKey(tx, { userId: person.userId, name: "new", scopes: ["chat:send"], expiresAt: null }),
    );
    const running = await createWorker(activities());
    await running.runUntil(async () => {
      await begin(subject);
      await resultOf(subject);
    });
    expect(containers.calls).toEqual([]);
    const keys = await database.asOwner(
      "SELECT name, revoked_at IS NOT NULL AS revoked FROM mosaic.personal_api_keys WHERE user_id = $1 ORDER BY name",
      [person.userId],
    );
    expect(keys).toEqual([
      { name: "k", revoked: true },
      { name: "new", revoked: false },
    ]);
    expect(await database.asOwner("SELECT 1 FROM mosaic.sessions WHERE user_id = $1", [person.userId])).toEqual([]);
  },
  TEST_TIMEOUT_MS,
);

test(
  "a step that comes while the user is let in again waits for that, and then ends nothing",
  async () => {
    const subject = await lockedOutPerson();
    const { person, deactivationId } = subject;
    const steps: Promise<void>[] = [];
    await api.asTenant(person.tenant, async (tx) => {
      await reactivateUser(tx, person.userId);
      const step = { deactivationId, userId: person.userId };
      steps.push(endAllSessions(worker, step), revokeAllKeys(worker, step));
      await waitFor(async () => {
        const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        return (await database.asOwner(waiting)).length === steps.length;
      }, patience("both steps wait"));
    });
    await Promise.all(steps);
    expect(await rowOf(subject)).toMatchObject({ sessionsEndedAt: null, keysRevokedAt: null });
  },
  TEST_TIMEOUT_MS,
);

test(
  "a message that names the deactivation of somebody else ends nothing",
  async () => {
    const subject = await lockedOutPerson();
    const bystander = await lockedOutPerson();
    await api.asTenant(bystander.person.tenant, (tx) => reactivateUser(tx, bystander.person.userId));
    const session = { tokenHash: api.tokens.hash(newSessionToken()), systemRole: "member", remoteAddress: null } as const;
    await api.globally((tx) => insertSession(tx, { ...session, userId: bystander.person.userId, userAgent: null }));
    const forged = { ...subject, person: bystander.person };
    await (
      await createWorker(activities())
    ).runUntil(async () => {
      await begin(forged);
      await resultOf(forged);
    });
    expect(containers.calls).toEqual([]);
    expect(await database.asOwner("SELECT 1 FROM mosaic.sessions WHERE user_id = $1", [bystander.person.userId])).toHaveLength(
      1,
    );
    expect(await rowOf(subject)).toMatchObject({ sessionsEndedAt: null, keysRevokedAt: null, agentStoppedAt: null });
  },
  TEST_TIMEOUT_MS,
);
