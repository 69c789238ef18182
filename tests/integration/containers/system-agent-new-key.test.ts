// A new key for a running system agent: it restarts once, with the new key, and keeps its volume.
import { agentContainerWorkflowId, volumeNameOf } from "../../../contracts/containers/agent-container.ts";
import { systemTenant } from "../../../contracts/core/tenant.ts";
import { findContainer } from "../../../db/containers/containers.ts";
import { canariesIn } from "../../support/core/canaries.ts";
import { commonTruth } from "../../support/containers/container-world.ts";
import { startLightInstallation, type LightInstallation } from "../../support/containers/light-installation.ts";
import { providerInput } from "../../support/people/people.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PATIENCE_MS = 60_000;
const KEYS = { first: "sk-canary-first-0123456789", rotated: "sk-canary-rotated-9876543210" };
const AGENT = "/api/system-agents/night-watch";
const tenant = systemTenant("night-watch");

let installation: LightInstallation;

beforeAll(async () => {
  installation = await startLightInstallation();
}, 240_000);
afterAll(() => installation?.close(), 120_000);

/** Of each start of the agent, which keys it got. */
const boots = (): string[][] => installation.boots.map((bundle) => canariesIn(JSON.stringify(bundle), KEYS));

/** Until the container that runs has what is saved. */
async function settled(): Promise<void> {
  const { admin, world, engine } = installation;
  const { revision } = await admin.expect(200, "GET", `${AGENT}/settings`);
  const hasNewest = async (): Promise<boolean> =>
    (await world.api.asTenant(tenant, (tx) => findContainer(tx)))?.fetchedRevision === revision &&
    (await commonTruth(world, engine, tenant)) === "running";
  await waitFor(hasNewest, { timeoutMs: PATIENCE_MS, what: `revision ${revision} runs` });
}

test("the agent restarts once and has the new key; with the same values again it stays as it is, and keeps its memory", async () => {
  const { admin } = installation;
  const provider = providerInput({ apiKey: KEYS.first });
  await admin.expect(201, "POST", "/api/system-agents", {
    name: "night-watch",
    displayName: "Night watch",
    role: "monitor",
    provider,
  });
  await settled();
  const [{ id }] = (await admin.expect(200, "GET", `${AGENT}/providers`)).providers;
  expect(boots()).toEqual([["first"]]);

  const change = { displayName: "Rotated", apiKey: KEYS.rotated };
  await admin.expect(200, "PATCH", `${AGENT}/providers/${id}`, change);
  await settled();
  expect(boots()).toEqual([["first"], ["rotated"]]);

  await admin.expect(200, "PATCH", `${AGENT}/providers/${id}`, change);
  await settled();
  expect(boots()).toHaveLength(2);
  expect([...installation.engine.volumes]).toEqual([volumeNameOf(tenant)]);
}, 180_000);

/** Everything that a history holds, payloads as the text that they are. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  return typeof value === "object" && value !== null ? Object.values(value).map(textOf).join("\n") : String(value);
}

test("no key is in the history of its workflow", async () => {
  const handle = installation.world.environment.client.workflow.getHandle(agentContainerWorkflowId(tenant));
  const history = textOf((await handle.fetchHistory()).events);
  expect(history).toContain('{"revision":');
  expect(canariesIn(history, KEYS)).toEqual([]);
});
