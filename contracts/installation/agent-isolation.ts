// Isolation of agents from this host's network and from each other: states, reasons and probe results.
import { z } from "zod";
import { instantSchema } from "../core/instant.ts";

/** `off`: an administrator turned isolation off. `unknown`: not tested yet. Agents start only with `proven` and `off`. */
export const ISOLATION_STATES = ["proven", "broken", "off", "unknown"] as const;

export const ISOLATION_REASONS = [
  "no_iptables",
  "no_docker_chain",
  "rules_refused",
  "image_missing",
  "image_unfit",
  "probe_failed",
  "agents_reach_agents",
  "agents_reach_host",
  "agents_reach_metadata",
  "agents_have_ipv6",
  "internal_listener_closed",
  "agents_not_reached",
] as const;
export type IsolationReason = (typeof ISOLATION_REASONS)[number];

/** What a probe container tries to reach. `outside` is tried if an administrator set an address. */
export const PROBED_PLACES = ["agent", "host", "metadata", "ipv6", "internal", "outside"] as const;
export type ProbedPlace = (typeof PROBED_PLACES)[number];

/** `open`: a connection was made. `refused`: the target itself refused it, so no firewall is in front of it. */
export const PROBE_ANSWERS = ["open", "refused", "closed"] as const;
export type ProbeAnswer = (typeof PROBE_ANSWERS)[number];

const probeFindingSchema = z.strictObject({
  place: z.enum(PROBED_PLACES),
  target: z.string(),
  answer: z.enum(PROBE_ANSWERS),
});
export type ProbeFinding = z.infer<typeof probeFindingSchema>;

export const isolationSchema = z.strictObject({
  state: z.enum(ISOLATION_STATES),
  /** Null unless it is broken. */
  reason: z.enum(ISOLATION_REASONS).nullable(),
  findings: z.array(probeFindingSchema),
  checkedAt: instantSchema.nullable(),
});
export type Isolation = z.infer<typeof isolationSchema>;

/** `GET /api/system-config/isolation`. */
export const isolationViewSchema = z.strictObject({
  engines: z.array(z.strictObject({ name: z.string(), isolation: isolationSchema })),
});
export type IsolationView = z.infer<typeof isolationViewSchema>;

export const ISOLATION_UNKNOWN: Isolation = { state: "unknown", reason: null, findings: [], checkedAt: null };

/** What the setting MOSAIC_AGENT_ISOLATION takes. */
export const ISOLATION_SETTINGS = ["required", "off-agents-reach-my-network"] as const;
export type IsolationSetting = (typeof ISOLATION_SETTINGS)[number];
