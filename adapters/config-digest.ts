// A digest of what a container gets, so that a change without effect restarts nothing. It does not tell what was digested.
import { createHmac } from "node:crypto";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { AgentBundle } from "../domain/agent-bundle.ts";

/** HMAC-SHA256 in hex, over configuration, files and variables; the revision does not count. */
export function configDigest(digestKey: Buffer, bundle: AgentBundle): string {
  const { config, files, variables } = bundle;
  return createHmac("sha256", digestKey)
    .update("agent-bundle\0")
    .update(canonicalJson({ config, files, variables }))
    .digest("hex");
}
