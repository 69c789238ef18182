// A digest of what a container gets, so that a change without effect restarts nothing. It does not reveal its input.
import { createHmac, type KeyObject } from "node:crypto";
import { canonicalJson, type JsonObject } from "../../domain/core/canonical-json.ts";
import type { AgentBundle } from "../../domain/agent-config/agent-bundle.ts";

export interface ComparedBundle extends AgentBundle {
  /** The outbound settings that an administrator saved, with the password; null: none, as in digests of earlier releases. */
  readonly outbound: JsonObject | null;
}

/** HMAC-SHA256 in hex, over configuration, files, variables and outbound settings, but not the revision. */
export function configDigest(digestKey: KeyObject, bundle: ComparedBundle): string {
  const { config, files, variables, outbound } = bundle;
  return createHmac("sha256", digestKey)
    .update("agent-bundle\0")
    .update(canonicalJson({ config, files, variables, ...(outbound === null ? {} : { outbound }) }))
    .digest("hex");
}
