// The workflows of earlier releases, as their workers ran them: their code is recorded with their histories.
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from "@temporalio/worker";
import { packWorkflows, unpackWorkflows, WORKFLOWS_FILE } from "../../../scripts/record/workflow-sources.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");
const HISTORIES = join(REPOSITORY, "tests/replay/histories");
/** Inside the repository, so that package imports resolve; not in node_modules, where the bundler skips TypeScript. */
const CACHE = join(REPOSITORY, ".test-results");

const bundles = new Map<string, Promise<WorkflowBundleWithSourceMap>>();

/** Oldest first. */
export function releases(): string[] {
  const byNumber = new Intl.Collator("en", { numeric: true });
  return readdirSync(HISTORIES).toSorted((a, b) => byNumber.compare(a, b));
}

export async function releaseBundle(release: string): Promise<WorkflowBundleWithSourceMap> {
  const made = bundles.get(release) ?? makeBundle(release);
  bundles.set(release, made);
  return await made;
}

/** The present workflows, but containers and leases begin with a different command, so that no open run replays. */
export async function changedBundle(): Promise<WorkflowBundleWithSourceMap> {
  const change = (text: string): string =>
    text
      .replace(/^ {2}registerIntentHandlers\(state\);$/m, "$&  await condition(() => false, 1);")
      .replace(/^ {2}const result = await holdUntilItEnds\(state\);$/m, "  await endCoolDown(state.input);$&");
  return await bundled(await packWorkflows(), change);
}

async function makeBundle(release: string): Promise<WorkflowBundleWithSourceMap> {
  return await bundled(await readFile(join(HISTORIES, release, WORKFLOWS_FILE)));
}

async function bundled(packed: Uint8Array, change?: (text: string) => string): Promise<WorkflowBundleWithSourceMap> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, "release-workflows-"));
  try {
    const workflowsPath = await unpackWorkflows(packed, folder, change);
    return await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("ERROR") });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
