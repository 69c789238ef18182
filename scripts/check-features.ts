// Refuses imports between features that `features.json` does not allow, and circles of features on a floor.
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { problemsOf, SOURCES, type SourceFile } from "./features/feature-edges.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const rulesSchema = z.strictObject({
  platform: z.array(z.string()),
  features: z.record(z.string(), z.array(z.string())),
});

const rules = rulesSchema.parse(JSON.parse(await readFile(join(REPOSITORY, "features.json"), "utf8")));
const files: SourceFile[] = [];
for await (const path of glob(SOURCES, { cwd: REPOSITORY })) {
  if (!/\.test\.tsx?$/.test(path)) files.push({ path, text: await readFile(join(REPOSITORY, path), "utf8") });
}
const problems = problemsOf(files, rules);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
