// Password hashes: peppered, bounded in number, and of equal cost for names nobody has.
import { randomBytes } from "node:crypto";
import { Secret } from "../contracts/secret.ts";
import { createPasswordHasher } from "./passwords.ts";

const PEPPER = { id: "0123456789abcdef", bytes: randomBytes(32) };
const hasher = () => createPasswordHasher({ peppers: [PEPPER] });
const LONG = "x".repeat(72);

test("a password verifies against its own hash and no other does", async () => {
  const { hash, verify } = hasher();
  const stored = await hash(new Secret("correct horse battery"));
  expect(await verify(new Secret("correct horse battery"), stored)).toBe(true);
  expect(await verify(new Secret("correct horse batterz"), stored)).toBe(false);
});

test("passwords that agree in 72 bytes are told apart", async () => {
  const { hash, verify } = hasher();
  const stored = await hash(new Secret(`${LONG}a`));
  expect(await verify(new Secret(`${LONG}b`), stored)).toBe(false);
});

test("a password is the same in every Unicode form", async () => {
  const { hash, verify } = hasher();
  expect(await verify(new Secret("cafe\u0301 au lait"), await hash(new Secret("caf\u00e9 au lait")))).toBe(true);
});

test("a hash under a pepper that is no longer held fails", async () => {
  const stored = await hasher().hash(new Secret("correct horse battery"));
  const other = createPasswordHasher({ peppers: [{ id: "fedcba9876543210", bytes: randomBytes(32) }] });
  expect(await other.verify(new Secret("correct horse battery"), stored)).toBe(false);
});

test("nobody's password is false, at the price of a real comparison", async () => {
  const { verify } = hasher();
  const started = performance.now();
  expect(await verify(new Secret("correct horse battery"), null)).toBe(false);
  // bcrypt at cost 12 takes two orders of magnitude more; a skipped comparison takes next to nothing.
  expect(performance.now() - started).toBeGreaterThan(20);
});

test("of thirty sign-ins at once the last six are turned away at once", async () => {
  const { verify } = hasher();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, () => verify(new Secret("correct horse battery"), null)),
  );
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused).toHaveLength(6);
  expect(refused.every((outcome) => outcome.reason.code === "RATE_LIMITED" && outcome.reason.retryAfterSeconds > 0)).toBe(true);
}, 180_000);
