// The worker is replaced while containers start, run and stop and leases are held: from the last release to the present one,
// and to a release whose workflows no longer fit the open runs. Nothing is lost. Real Postgres, real Temporal, a light engine.
import { givenReason } from "../../../contracts/containers/container-reasons.ts";
import type { ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import type { IntentKind } from "../../../contracts/containers/container-intents.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";
import { askFor } from "../../support/containers/container-intents.ts";
import { changedBundle, releaseBundle, releases } from "../../support/core/release-workflows.ts";
import { createUpgradeWorld, type UpgradeWorld } from "../../support/core/upgrade-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PATIENCE_MS = 240_000;
const TEST_TIMEOUT_MS = 900_000;
const AN_HOUR_MS = 3_600_000;
/** Longer than the reconciler leaves recent changes alone. */
const LATER_MS = 120_000;
const ADMIN = { by: "an-admin", reason: givenReason("A new image.") };
let upgrade: UpgradeWorld;

beforeEach(async () => {
  upgrade = await createUpgradeWorld();
}, 300_000);
afterEach(async () => await upgrade.end(), 300_000);

const until = (what: string, probe: () => Promise<boolean>): Promise<true> => waitFor(probe, { timeoutMs: PATIENCE_MS, what });
const becomes = (tenant: Tenant, phase: ContainerPhase) =>
  until(`it is ${phase}`, async () => (await upgrade.rowOf(tenant))?.phase === phase);

async function running(): Promise<Tenant> {
  const tenant = await upgrade.person();
  await upgrade.world.containers.ensureRunning(tenant);
  await becomes(tenant, "ready");
  return tenant;
}

async function starting(): Promise<Tenant> {
  const tenant = await upgrade.person();
  upgrade.stuck.add(tenant);
  await upgrade.world.containers.ensureRunning(tenant);
  await becomes(tenant, "creating");
  return tenant;
}

/** Its stop, restart or removal was requested and does not complete. */
async function ending(kind: IntentKind): Promise<Tenant> {
  const tenant = await running();
  upgrade.stuck.add(tenant);
  await askFor(upgrade.world, tenant, { kind, ...ADMIN });
  await becomes(tenant, kind === "restart" ? "restarting" : "stopping");
  return tenant;
}

/** Waits until row, engine and workflow agree that the container runs. */
async function runs(tenant: Tenant, generation: number): Promise<string> {
  await until(`generation ${generation} runs`, async () => {
    const row = await upgrade.rowOf(tenant);
    return row?.phase === "ready" && row.generation === generation;
  });
  await until("its workflow says so", async () => (await upgrade.statusOf(tenant)).phase === "ready");
  expect(await upgrade.statusOf(tenant)).toMatchObject({ generation });
  const [container, ...more] = await upgrade.engine.findByTenant(tenant);
  expect(more).toEqual([]);
  expect(container).toMatchObject({ generation, state: "running" });
  return container?.engineContainerId ?? "";
}

async function sleeps(tenant: Tenant): Promise<void> {
  await becomes(tenant, "asleep");
  await until("its workflow has ended", async () => !(await upgrade.world.containers.isOpen(tenant)));
  expect(await upgrade.engine.findByTenant(tenant)).toEqual([]);
}

async function isRemoved(tenant: Tenant): Promise<void> {
  await until("it is removed", async () => (await upgrade.rowOf(tenant)) === null);
  expect(await upgrade.engine.findByTenant(tenant)).toEqual([]);
}

const stateOf = async (handle: { describe(): Promise<{ status: { name: string } }> }): Promise<string> =>
  (await handle.describe()).status.name;

test(
  "the present release continues what the last one began",
  async () => {
    const last = releases().at(-1) ?? "";
    await upgrade.replaceWorker(releaseBundle(last));
    const [used, kept] = [await running(), await running()];
    const before = [await runs(used, 1), await runs(kept, 1)];
    const [beginning, stopping, restarting, retiring] = [
      await starting(),
      await ending("stop"),
      await ending("restart"),
      await ending("retire"),
    ];
    const wantedAgain = await ending("stop");
    await upgrade.world.containers.ensureRunning(wantedAgain);
    const [released, shortened, resting] = [
      await upgrade.lease(),
      await upgrade.lease(),
      await upgrade.lease({ coolDownMs: AN_HOUR_MS }),
    ];
    await upgrade.release(resting, { failed: true });
    await until("it rests", async () => (await upgrade.leaseStatusOf(resting)).phase === "cooling_down");

    await upgrade.replaceWorker();
    upgrade.stuck.clear();

    expect([await runs(used, 1), await runs(kept, 1)]).toEqual(before);
    await runs(beginning, 1);
    await sleeps(stopping);
    await runs(restarting, 2);
    await isRemoved(retiring);
    await runs(wantedAgain, 2);
    await askFor(upgrade.world, used, { kind: "restart", ...ADMIN });
    await runs(used, 2);
    await upgrade.release(released);
    await upgrade.shorten(shortened, 1_000);
    expect(await upgrade.leaseResultOf(released)).toMatchObject({ outcome: "released" });
    expect(await upgrade.leaseResultOf(shortened)).toMatchObject({ outcome: "expired" });
    expect(await upgrade.leaseStatusOf(resting)).toMatchObject({ phase: "cooling_down" });
  },
  TEST_TIMEOUT_MS,
);

describe("a release whose workflows do not fit the open runs", () => {
  async function reconciled(): Promise<void> {
    await upgrade.world.database.setClockOffset(LATER_MS);
    await upgrade.activities.repairDrift();
    await upgrade.activities.settleOverdueLeases();
  }

  test(
    "fails them visibly, and starts others that continue",
    async () => {
      await upgrade.replaceWorker();
      const kept = await running();
      const before = await runs(kept, 1);
      const others = [await starting(), await ending("stop"), await ending("restart"), await ending("retire")] as const;
      const [beginning, stopping, restarting, retiring] = others;
      const held = await upgrade.lease();
      await until("it is held", async () => (await upgrade.leaseStatusOf(held)).phase === "held");

      await upgrade.replaceWorker(changedBundle());
      const handles = [...[kept, ...others].map(upgrade.handleOf), upgrade.leaseHandle(held)];
      for (const tenant of [kept, ...others]) await upgrade.world.containers.configChanged(tenant, 1);
      await upgrade.shorten(held, AN_HOUR_MS / 6);
      for (const handle of handles) await until("it failed", async () => (await stateOf(handle)) === "FAILED");
      upgrade.stuck.clear();
      await until("all of them are watched again", async () => {
        await reconciled();
        const seen = await Promise.all([kept, beginning, restarting].map((tenant) => upgrade.world.containers.isOpen(tenant)));
        return seen.every((isOpen) => isOpen) && (await stateOf(upgrade.leaseHandle(held))) === "RUNNING";
      });

      expect(await runs(kept, 1)).toBe(before);
      await runs(beginning, 2);
      await runs(restarting, 2);
      await sleeps(stopping);
      await isRemoved(retiring);
      await upgrade.release(held);
      expect(await upgrade.leaseResultOf(held)).toMatchObject({ outcome: "released" });
      await askFor(upgrade.world, kept, { kind: "stop", ...ADMIN });
      await sleeps(kept);
    },
    TEST_TIMEOUT_MS,
  );
});
