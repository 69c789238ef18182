// `mosaic` on a real terminal: hands over what the process has, and ends with the code of what came of it.
import { homedir, hostname } from "node:os";
import { runCli } from "./program.ts";

// `mosaic keys list | head -1` closes the pipe early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const { env, stdin, stdout, stderr } = process;
const exitCode = await runCli(process.argv.slice(2), { env, stdin, stdout, stderr, homeDir: homedir(), hostName: hostname() });
// An open standard input would keep the process alive; what was printed must be out before it ends.
stdin.unref?.();
process.exitCode = exitCode;
