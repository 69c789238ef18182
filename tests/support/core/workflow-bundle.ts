// The code of the workflows as a worker runs it. Bundling takes seconds of processor time: one file of a run does it for all.
import { access, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How test files find the folder that the files of a run share. */
export const SHARED_FOLDER_VARIABLE = "MOSAIC_TEST_SHARED_FOLDER";
const WORKFLOWS = join(import.meta.dirname, "../../../workflows/index.ts");

export interface WorkflowCode {
  readonly code: string;
}

let bundle: Promise<WorkflowCode> | null = null;

export async function workflowBundle(): Promise<WorkflowCode> {
  bundle ??= sharedBundle(process.env[SHARED_FOLDER_VARIABLE]);
  return await bundle;
}

async function sharedBundle(folder: string | undefined): Promise<WorkflowCode> {
  if (folder === undefined) return await makeBundle();
  const file = join(folder, "workflows.js");
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) return { code: await readFile(file, "utf8") };
  const made = await makeBundle();
  // Renamed into place, because other files may be reading it.
  const own = `${file}.${process.pid}`;
  await writeFile(own, made.code);
  await rename(own, file);
  return made;
}

async function makeBundle(): Promise<WorkflowCode> {
  const { bundleWorkflowCode, DefaultLogger } = await import("@temporalio/worker");
  return await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger("ERROR") });
}
