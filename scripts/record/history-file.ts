// A history as the replay tests read it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { WorkflowHandle } from "@temporalio/client";
import protocol from "@temporalio/proto";
import { addRecorded } from "./recorded-files.ts";

const FOLDER = join(import.meta.dirname, "../../tests/replay/histories");
const [, , release = "", prefix = ""] = process.argv;

/** Whether the history was named on the command line. */
export function isWanted(name: string): boolean {
  return name.startsWith(prefix);
}

/** @throws Error when no release was named */
export async function makeReleaseFolder(): Promise<string> {
  if (!/^\d[\w.-]*$/.test(release)) throw new Error("Name the release that is recorded, for example 1.4.0.");
  const folder = join(FOLDER, release);
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Without what belongs to the machine that recorded: names of hosts and processes, and paths in stack traces. Written by
 * the messages' own conversion, for the SDK's `historyToJSON` needs one copy of protobufjs where npm installs several.
 */
export async function saveHistory(name: string, handle: WorkflowHandle): Promise<void> {
  const history = protocol.temporal.api.history.v1.History.fromObject(await handle.fetchHistory());
  const plain = protocol.temporal.api.history.v1.History.toObject(history, { longs: String, enums: String, bytes: String });
  const text = JSON.stringify(
    plain,
    (key, value: unknown) => {
      if (key === "identity") return "recorder";
      return key === "stackTrace" ? "" : value;
    },
    1,
  );
  await addRecorded(await makeReleaseFolder(), `${name}.json`, `${text}\n`);
  process.stdout.write(`${name}: ${history.events.length} events\n`);
}
