// What the probes of the agents' network prove: a verdict from what they could reach.
import type { Isolation, IsolationReason, ProbedPlace, ProbeFinding } from "../../contracts/installation/agent-isolation.ts";

/** A refusal counts as reached: it comes from the place itself. */
const REASON_OF_REACHED: Readonly<Partial<Record<ProbedPlace, IsolationReason>>> = {
  agent: "agents_reach_agents",
  host: "agents_reach_host",
  metadata: "agents_reach_metadata",
  ipv6: "agents_have_ipv6",
};
/** Without each of these nothing is proven. */
const NEEDED: readonly ProbedPlace[] = ["agent", "metadata", "internal"];

export function judgeProbes(findings: readonly ProbeFinding[]): Pick<Isolation, "state" | "reason"> {
  for (const { place, answer } of findings) {
    const reason = REASON_OF_REACHED[place];
    if (reason !== undefined && answer !== "closed") return { state: "broken", reason };
    if (place === "internal" && answer === "closed") return { state: "broken", reason: "internal_listener_closed" };
  }
  const isComplete = NEEDED.every((place) => findings.some((finding) => finding.place === place));
  return isComplete ? { state: "proven", reason: null } : { state: "broken", reason: "probe_failed" };
}
