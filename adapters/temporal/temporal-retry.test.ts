// In a process of its own, because what this guards against cannot be caught.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const SCRIPT = `
  const { createTemporal } = await import("./adapters/temporal/temporal-client.ts");
  const temporal = createTemporal({ address: "127.0.0.1:1" });
  // Still retried when the connection is closed.
  const asked = temporal.ping(5_000).catch(() => undefined);
  await temporal.ping(300).catch(() => undefined);
  await temporal.close();
  await asked;
  console.log("closed");`;

test("closing while a call is being retried leaves nothing behind that ends the process", async () => {
  const options = { cwd: `${import.meta.dirname}/../..`, env: { PATH: process.env["PATH"] } };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", SCRIPT], options);
  expect(stdout).toBe("closed\n");
  expect(stderr).not.toContain("Channel has been shut down");
}, 180_000);
