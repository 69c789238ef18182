// Calls exported functions of the published client one after the other: node calls.mjs <chunk>
// A line of standard input is a call with its environment, a line of standard output what it printed and its exit code.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const client = await import(pathToFileURL(process.argv[2]).href);
const answer = process.stdout.write.bind(process.stdout);
let printed = { stdout: "", stderr: "" };
for (const stream of ["stdout", "stderr"]) {
  process[stream].write = (text) => {
    printed[stream] += text;
    return true;
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, options, variables } = JSON.parse(line);
  printed = { stdout: "", stderr: "" };
  process.exitCode = 0;
  Object.assign(process.env, variables);
  try {
    await client[name](options);
  } catch (error) {
    process.exitCode = 1;
    printed.stderr += error.stack;
  }
  for (const key of Object.keys(variables)) delete process.env[key];
  answer(`${JSON.stringify({ code: process.exitCode, ...printed })}\n`);
}
process.exitCode = 0;
