// Replays committed histories: a change of a workflow that open runs would not survive fails here.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { DeterminismViolationError } from "@temporalio/workflow";
import protocol from "@temporalio/proto";
import { workflowBundle } from "../support/workflow-world.ts";

const FOLDER = join(import.meta.dirname, "histories");
const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const read = (name: string): { events: Record<string, unknown>[] } => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));

const replay = async (history: { [key: string]: unknown }, name: string): Promise<void> => {
  const { code } = await workflowBundle();
  await Worker.runReplayHistory(
    { workflowBundle: { code } },
    protocol.temporal.api.history.v1.History.fromObject(history),
    name,
  );
};

beforeAll(() => void Runtime.install({ logger: new DefaultLogger("ERROR") }));

test.each(names)("%s replays", async (name) => {
  await expect(replay(read(name), name)).resolves.toBeUndefined();
});

test("each workflow has a history", () => {
  const types = names.map((name) => JSON.stringify(read(name).events[0]).match(/"workflowType":\{"name":"(\w+)"/)?.[1]);
  expect(new Set(types)).toEqual(
    new Set(["agentContainer", "deactivateUser", "reconcileFleet", "credentialLease", "credentialRetention"]),
  );
});

test("a history that took another way is refused", async () => {
  const history = JSON.parse(
    JSON.stringify(read("agent-container-full-life.json")).replaceAll('"startContainer"', '"begunContainer"'),
  );
  await expect(replay(history, "changed")).rejects.toThrow(DeterminismViolationError);
});

test("no history tells of the machine that recorded it", () => {
  for (const name of names) {
    const text = JSON.stringify(read(name));
    expect(text).not.toMatch(/"identity":"(?!recorder")/);
    expect(text).not.toContain(join(import.meta.dirname, "../.."));
  }
});
