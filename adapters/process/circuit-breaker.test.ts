// Tests of the circuit breaker.
import { createCircuitBreaker } from "./circuit-breaker.ts";

describe("the circuit breaker", () => {
  let now: number;
  const create = () => createCircuitBreaker({ failures: 3, openMs: 5_000, now: () => now });
  beforeEach(() => {
    now = 1_000;
  });

  test("opens after three failures in a row and closes by itself", () => {
    const breaker = create();
    breaker.failed();
    breaker.failed();
    expect(breaker.blockedForMs()).toBe(0);
    breaker.failed();
    expect(breaker.blockedForMs()).toBe(5_000);
    now += 5_000;
    expect(breaker.blockedForMs()).toBe(0);
  });

  test("opens again at the first failure after it was open", () => {
    const breaker = create();
    for (let count = 0; count < 3; count += 1) breaker.failed();
    now += 5_000;
    breaker.failed();
    expect(breaker.blockedForMs()).toBe(5_000);
  });

  test("forgets failures after a success", () => {
    const breaker = create();
    breaker.failed();
    breaker.failed();
    breaker.succeeded();
    breaker.failed();
    expect(breaker.blockedForMs()).toBe(0);
  });
});
