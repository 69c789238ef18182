import { humanTenant, systemTenant, type Tenant } from "../../contracts/core/tenant.ts";
import { findDrift, SETTLE_MS, type DriftContainer, type DriftRow, type FleetFacts } from "./fleet-drift.ts";

const now = new Date("2026-11-21T12:00:00Z");
const long = new Date(now.getTime() - SETTLE_MS);
const ann = humanTenant("0b8f7b0e-5f0a-4a52-9a3e-2f4a0d6f6f10");
const monitor = systemTenant("monitor");

function row(changes: Partial<DriftRow> = {}): DriftRow {
  return { tenant: ann, phase: "ready", engineContainerId: "c1", statusChangedAt: long, retiredAt: null, ...changes };
}
function container(changes: Partial<DriftContainer> = {}): DriftContainer {
  return { engineContainerId: "c1", tenant: ann, isRunning: true, createdAt: long, ...changes };
}
function drift(facts: Partial<FleetFacts>) {
  return findDrift({ now, rows: [], containers: [], open: new Set<Tenant>(), alwaysOn: new Set<Tenant>(), ...facts });
}

test("a ready container with an open workflow needs nothing", () => {
  expect(drift({ rows: [row()], containers: [container()], open: new Set([ann]) })).toEqual([]);
});

test("a sleeping tenant without a container needs nothing", () => {
  expect(drift({ rows: [row({ phase: "asleep", engineContainerId: null })] })).toEqual([]);
});

test("a ready container without a workflow is adopted, not restarted", () => {
  expect(drift({ rows: [row()], containers: [container()] })).toEqual([
    { kind: "adopt", tenant: ann, engineContainerId: "c1" },
  ]);
});

test("a row that runs or is being stopped without container and workflow is put to sleep", () => {
  const repair = [{ kind: "put_to_sleep", tenant: ann, statusChangedAt: long }];
  expect(drift({ rows: [row()] })).toEqual(repair);
  expect(drift({ rows: [row({ phase: "stopping" })] })).toEqual(repair);
});

test.each(["creating", "booting", "restarting", "backing_off"] as const)(
  "a start whose workflow was lost in %s is repeated, and its remains are left to the new start",
  (phase) => {
    const repair = [{ kind: "start", tenant: ann }];
    expect(drift({ rows: [row({ phase })] })).toEqual(repair);
    expect(drift({ rows: [row({ phase })], containers: [container()] })).toEqual(repair);
  },
);

test("a container whose stop was lost with its workflow is removed and its row put to sleep", () => {
  expect(drift({ rows: [row({ phase: "stopping" })], containers: [container()] })).toEqual([
    { kind: "put_to_sleep", tenant: ann, statusChangedAt: long },
    { kind: "remove", tenant: ann, engineContainerId: "c1" },
  ]);
});

test("a workflow whose ready container is gone is told", () => {
  expect(drift({ rows: [row()], containers: [container({ isRunning: false })], open: new Set([ann]) })).toEqual([
    { kind: "tell_lost", tenant: ann, engineContainerId: "c1" },
  ]);
});

test("a workflow that is starting a container is left alone", () => {
  const rows = [row({ phase: "creating", engineContainerId: null })];
  expect(drift({ rows, containers: [container({ engineContainerId: "c2" })], open: new Set([ann]) })).toEqual([]);
});

test("what changed a moment ago is left alone", () => {
  const rows = [row({ statusChangedAt: new Date(now.getTime() - SETTLE_MS + 1) })];
  expect(drift({ rows })).toEqual([]);
  expect(drift({ rows, containers: [container({ engineContainerId: "c2" })] })).toEqual([]);
});

describe("an orphan", () => {
  test("without a row is removed", () => {
    expect(drift({ containers: [container()] })).toEqual([{ kind: "remove", tenant: ann, engineContainerId: "c1" }]);
  });

  test("that was made a moment ago may just be starting, and stays", () => {
    const createdAt = new Date(now.getTime() - SETTLE_MS + 1);
    expect(drift({ containers: [container({ createdAt })] })).toEqual([]);
    expect(drift({ rows: [row({ phase: "asleep" })], containers: [container({ createdAt })] })).toEqual([]);
  });

  test("of a sleeping or retired tenant is removed", () => {
    const removal = [{ kind: "remove", tenant: ann, engineContainerId: "c1" }];
    expect(drift({ rows: [row({ phase: "asleep", engineContainerId: null })], containers: [container()] })).toEqual(removal);
    expect(drift({ rows: [row({ phase: "never_started", retiredAt: long })], containers: [container()] })).toEqual(removal);
  });

  test("beside the right container is removed, the right one adopted", () => {
    const containers = [container(), container({ engineContainerId: "c0" })];
    expect(drift({ rows: [row()], containers })).toEqual([
      { kind: "adopt", tenant: ann, engineContainerId: "c1" },
      { kind: "remove", tenant: ann, engineContainerId: "c0" },
    ]);
  });

  test("without a tenant is not an agent and stays", () => {
    expect(drift({ containers: [container({ tenant: null })] })).toEqual([]);
  });
});

describe("an always-on agent", () => {
  const alwaysOn = new Set([monitor]);

  test("that was never started is started", () => {
    expect(drift({ alwaysOn })).toEqual([{ kind: "start", tenant: monitor }]);
  });

  test("that rests or lost everything is started once", () => {
    const start = [{ kind: "start", tenant: monitor }];
    expect(drift({ alwaysOn, rows: [row({ tenant: monitor, phase: "failed", engineContainerId: null })] })).toEqual(start);
    expect(drift({ alwaysOn, rows: [row({ tenant: monitor })] })).toEqual(start);
  });

  test("with an open workflow is left to it", () => {
    expect(drift({ alwaysOn, open: new Set([monitor]) })).toEqual([]);
  });
});
