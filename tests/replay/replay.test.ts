// Replays the histories of all releases: a workflow change that open runs would not survive fails here.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { DeterminismViolationError } from "@temporalio/workflow";
import protocol from "@temporalio/proto";
import { releases, releaseBundle } from "../support/core/release-workflows.ts";
import { workflowBundle } from "../support/core/workflow-bundle.ts";

const FOLDER = join(import.meta.dirname, "histories");
const names = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
const read = (name: string): { events: Record<string, unknown>[] } => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));

const replay = async (history: { [key: string]: unknown }, name: string, bundle = workflowBundle()): Promise<void> => {
  const { code } = await bundle;
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

test.each(releases())("the recorded workflow code of %s replays its histories", async (release) => {
  const own = names.filter((name) => name.startsWith(`${release}/`));
  for (const name of own) await replay(read(name), name, releaseBundle(release));
  expect(own).not.toEqual([]);
});

test("each workflow has a history", () => {
  const types = names.map((name) => JSON.stringify(read(name).events[0]).match(/"workflowType":\{"name":"(\w+)"/)?.[1]);
  expect(new Set(types)).toEqual(
    new Set([
      ...["agentContainer", "deactivateUser", "reconcileFleet", "credentialLease", "credentialRetention", "endReplacedKey"],
    ]),
  );
});

test("a history that took another way is refused", async () => {
  const history = JSON.parse(
    JSON.stringify(read("0.1.0/agent-container-full-life.json")).replaceAll('"startContainer"', '"begunContainer"'),
  );
  await expect(replay(history, "changed")).rejects.toThrow(DeterminismViolationError);
});

test("no history contains anything about the machine that recorded it", () => {
  for (const name of names) {
    const text = JSON.stringify(read(name));
    expect(text).not.toMatch(/"identity":"(?!recorder")/);
    expect(text).not.toContain(join(import.meta.dirname, "../.."));
  }
});
