// The workflow code of a release in one file, so that later releases are tested against runs that it began, even in a clone
// without history. Types are omitted: they do not run.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";

export const WORKFLOWS_FILE = "workflows.json.gz";
const ENTRY = "workflows/index.ts";
const REPOSITORY = join(import.meta.dirname, "../..");
const IMPORT = /^(?:import|export)\s(?!type\s)[^;]*?\sfrom\s"(\.[^"]+)";/gms;
const sourcesSchema = z.record(z.string(), z.string());

/** The files of the present workflows, by path. */
export async function packWorkflows(): Promise<Uint8Array> {
  const sources: Record<string, string> = {};
  const waiting = [ENTRY];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (sources[file] !== undefined) continue;
    const text = await readFile(join(REPOSITORY, file), "utf8");
    sources[file] = text;
    for (const [, imported = ""] of text.matchAll(IMPORT)) waiting.push(relative(".", join(dirname(file), imported)));
  }
  return gzipSync(JSON.stringify(sources), { level: 9 });
}

/** Writes a release's workflows to an empty folder and returns the path of their entry. `change` maps each file's text. */
export async function unpackWorkflows(
  packed: Uint8Array,
  folder: string,
  change = (text: string): string => text,
): Promise<string> {
  for (const [file, text] of Object.entries(sourcesSchema.parse(JSON.parse(gunzipSync(packed).toString())))) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), change(text));
  }
  return join(folder, ENTRY);
}
