// What operators find about a lease in Temporal's Web UI, from a real server: by search, in the list, and in its page.
import { credentialLeaseWorkflowId } from "../../../contracts/leases/credential-lease-workflow.ts";
import { CANARY_PAYLOAD, useLeases } from "../../support/leases/lease-world.ts";
import { localTemporalEnvironment } from "../../support/core/local-temporal.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const TWENTY_MINUTES_MS = 1_200_000;

const world = useLeases(localTemporalEnvironment);

async function found(query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of world.environment.client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

test("a lease is found by kind, owner and credential, and says who holds what for how long; payload and token are nowhere", async () => {
  const { kind } = world;
  await world.addCredential();
  await world.working(async () => {
    // Owners name themselves: what looks like a link must not become one.
    const owner = "nightly [run](https://evil.test) `7`";
    const lease = await world.acquire({ ownerId: owner, ttlMs: TWENTY_MINUTES_MS });
    await world.relay();
    const handle = world.handleOf(lease);
    const id = credentialLeaseWorkflowId(lease.leaseId);

    const running = "ExecutionStatus = 'Running' AND WorkflowType = 'credentialLease'";
    const searches = [
      `MosaicCredentialKind = '${kind}' AND ${running}`,
      `MosaicCredentialId = '${lease.credentialId}' AND ${running}`,
      "MosaicLeaseOwner STARTS_WITH 'nightly'",
    ];
    for (const query of searches) {
      await waitFor(async () => (await found(query)).includes(id), { timeoutMs: 60_000, what: query });
    }

    const described = await handle.describe();
    const [summary, details] = [await described.staticSummary(), await described.staticDetails()];
    expect(summary).toContain(`${kind} leased by nightly`);
    expect(summary).not.toMatch(/[[\]`]/);
    expect(details).toContain(lease.credentialId);

    const now = await waitFor(
      async () => {
        const { currentDetails } = await handle.query<{ currentDetails?: string }, []>("__temporal_workflow_metadata");
        return currentDetails?.includes("held until") === true ? currentDetails : null;
      },
      { timeoutMs: 60_000, what: "the workflow tells what it does" },
    );
    for (const shown of [kind, "nightly", lease.credentialId]) expect(now).toContain(shown);
    expect(now).toMatch(/(?:19|20) min(?: \d+ s)? left/);

    const history = await handle.fetchHistory();
    const timer = history.events?.find(({ timerStartedEventAttributes }) => timerStartedEventAttributes);
    expect(Buffer.from(timer?.userMetadata?.summary?.data ?? "").toString()).toMatch(/until \d{4}-\d\d-\d\d .* UTC/);

    const everything = [summary, details, now, JSON.stringify(described.raw), JSON.stringify(history, decoded)].join("\n");
    expect(everything).toContain(kind);
    for (const secret of [CANARY_PAYLOAD, lease.leaseToken.reveal()]) expect(everything).not.toContain(secret);

    await world.release(lease);
    await world.relay();
    await world.resultOf(lease);
    // Temporal's list lags behind its histories, also at a workflow's end.
    const stillRunning = `MosaicCredentialKind = '${kind}' AND ${running}`;
    await waitFor(async () => (await found(stillRunning)).length === 0, { timeoutMs: 60_000, what: "nothing is running" });
  });
});

/** What is in a payload stands there as bytes. */
function decoded(name: string, value: unknown): unknown {
  return name === "data" && typeof value === "string" ? Buffer.from(value, "base64").toString() : value;
}
