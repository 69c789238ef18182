import type { ProbedPlace, ProbeAnswer, ProbeFinding } from "../../contracts/installation/agent-isolation.ts";
import { judgeProbes } from "./agent-isolation.ts";

const found = (answers: Partial<Record<ProbedPlace, ProbeAnswer>>): ProbeFinding[] =>
  Object.entries({ agent: "closed", host: "closed", metadata: "closed", internal: "open", ...answers } as const).map(
    ([place, answer]) => ({ place: place as ProbedPlace, target: "x", answer }),
  );

test("isolation is proven when agents reach the internal listener and nothing else", () => {
  expect(judgeProbes(found({}))).toEqual({ state: "proven", reason: null });
});

test("an api that is away does not count against the firewall: the host itself refused", () => {
  expect(judgeProbes(found({ internal: "refused" })).state).toBe("proven");
});

test("nor does a world outside that cannot be reached", () => {
  expect(judgeProbes(found({ outside: "closed" })).state).toBe("proven");
});

test.each([
  ["agent", "agents_reach_agents"],
  ["host", "agents_reach_host"],
  ["metadata", "agents_reach_metadata"],
  ["ipv6", "agents_have_ipv6"],
] as const)("a connection to %s breaks it, and so does a refusal by the place itself", (place, reason) => {
  for (const answer of ["open", "refused"] as const)
    expect(judgeProbes(found({ [place]: answer }))).toEqual({ state: "broken", reason });
});

test("a firewall that shuts agents off from their configuration is told", () => {
  expect(judgeProbes(found({ internal: "closed" }))).toEqual({ state: "broken", reason: "internal_listener_closed" });
});

test("what was not tried is not proven", () => {
  expect(judgeProbes([])).toEqual({ state: "broken", reason: "probe_failed" });
  expect(judgeProbes(found({}).filter(({ place }) => place !== "metadata")).state).toBe("broken");
});
