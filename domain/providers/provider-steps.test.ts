// How far a connection test came, told without a tick for what was not done.
import { providerSteps, type StepFacts } from "./provider-steps.ts";

const PASSED: StepFacts = {
  baseUrl: "https://models.example.org/v1",
  hasKey: true,
  failedStep: null,
  isTried: true,
  hasList: true,
};

test("every step passes of a connection by name, over TLS, with a key and a list", () => {
  expect(new Set(Object.values(providerSteps(PASSED)))).toEqual(new Set(["passed"]));
});

test.each<[string, Partial<StepFacts>, object]>([
  ["plain http uses no TLS", { baseUrl: "http://models.example.org/v1" }, { tls: "unused", dns: "passed" }],
  ["an address uses no DNS", { baseUrl: "http://192.0.2.7:8000/v1" }, { dns: "unused", tls: "unused" }],
  ["an address of IPv6 neither", { baseUrl: "https://[2001:db8::1]/v1" }, { dns: "unused", tls: "passed" }],
  ["without a key none is checked", { hasKey: false }, { key: "unused", models: "passed" }],
  ["without a list no model is", { hasList: false }, { key: "passed", models: "unused" }],
  [
    "what comes after a failure is open",
    { failedStep: "connect" },
    { dns: "passed", connect: "failed", tls: "open", key: "open" },
  ],
  [
    "TLS that was not used did not pass before a key failed",
    { baseUrl: "http://m.test", failedStep: "key" },
    { tls: "unused", key: "failed" },
  ],
])("%s", (_what, given, expected) => {
  expect(providerSteps({ ...PASSED, ...given })).toMatchObject(expected);
});

test("nothing passed where nothing was sent, because a key is missing", () => {
  expect(providerSteps({ ...PASSED, hasKey: false, failedStep: "key", isTried: false })).toEqual({
    ...{ address: "open", dns: "open", connect: "open", tls: "open", key: "failed", models: "open" },
  });
});
