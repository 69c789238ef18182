// Holds a lease with the published lease client until standard input ends, and tells how it goes whenever something is written there: node hold-lease.mjs <chunk> <options as JSON>
// The chunk does not export that client; the one line that does is added while it is loaded, the file stays as it is.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const EXPORTS = "\nexport { acquireQaCredentialLease, startQaCredentialLeaseHeartbeat };\n";

const [, , chunk, options] = process.argv;
const { kind, heartbeatEveryMs } = JSON.parse(options);
const url = pathToFileURL(chunk).href;
registerHooks({
  load(wanted, context, next) {
    const loaded = next(wanted, context);
    return wanted === url ? { ...loaded, source: `${Buffer.from(loaded.source).toString()}${EXPORTS}` } : loaded;
  },
});

const client = await import(url);
const { payload, ...lease } = await client.acquireQaCredentialLease({
  kind,
  source: "convex",
  role: "ci",
  resolveEnvPayload: () => ({}),
  parsePayload: (given) => given,
});
const heartbeat = client.startQaCredentialLeaseHeartbeat(lease, { intervalMs: heartbeatEveryMs });
process.stdout.write(`${JSON.stringify({ credentialId: lease.credentialId, payload })}\n`);
const report = () => process.stdout.write(`${JSON.stringify({ failure: heartbeat.getFailure()?.message ?? null })}\n`);
process.stdin.on("data", report);
process.stdin.once("end", async () => {
  await heartbeat.stop();
  await lease.release();
});
