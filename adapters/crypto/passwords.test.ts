// Password hashes: peppered, bounded in number, and of equal cost for names nobody has.
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import bcrypt from "bcrypt";
import { Secret } from "../../contracts/core/secret.ts";
import { createPasswordHasher, isBoundToUser } from "./passwords.ts";

const PEPPER = { id: "0123456789abcdef", key: createSecretKey(randomBytes(32)) };
const hasher = () => createPasswordHasher({ peppers: [PEPPER] });
const ANN = "ann's id";
const of = (passwordHash: string, userId = ANN) => ({ passwordHash, userId });
const LONG = "x".repeat(72);

test("a password verifies against its own hash and no other does", async () => {
  const { hash, verify } = hasher();
  const stored = of(await hash(new Secret("correct horse battery"), ANN));
  expect(await verify(new Secret("correct horse battery"), stored)).toBe(true);
  expect(await verify(new Secret("correct horse batterz"), stored)).toBe(false);
});

test("passwords that agree in 72 bytes are told apart", async () => {
  const { hash, verify } = hasher();
  const stored = of(await hash(new Secret(`${LONG}a`), ANN));
  expect(await verify(new Secret(`${LONG}b`), stored)).toBe(false);
});

test("a password is the same in every Unicode form", async () => {
  const { hash, verify } = hasher();
  expect(await verify(new Secret("cafe\u0301 au lait"), of(await hash(new Secret("caf\u00e9 au lait"), ANN)))).toBe(true);
});

test("a hash under a pepper that is no longer held fails", async () => {
  const stored = of(await hasher().hash(new Secret("correct horse battery"), ANN));
  const other = createPasswordHasher({ peppers: [{ id: "fedcba9876543210", key: createSecretKey(randomBytes(32)) }] });
  expect(await other.verify(new Secret("correct horse battery"), stored)).toBe(false);
});

test("a hash has twelve rounds, and fewer only if the caller requests it", async () => {
  const password = new Secret("correct horse battery");
  expect(await hasher().hash(password, ANN)).toContain(":$2b$12$");
  const quick = createPasswordHasher({ peppers: [PEPPER] }, 4);
  const passwordHash = await quick.hash(password, ANN);
  expect(passwordHash).toContain(":$2b$04$");
  expect([await quick.verify(password, of(passwordHash)), await quick.verify(password, null)]).toEqual([true, false]);
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

test("a hash is bound to its user: in somebody else's row it opens nothing", async () => {
  const { hash, verify } = hasher();
  const passwordHash = await hash(new Secret("correct horse battery"), ANN);
  expect(isBoundToUser(passwordHash)).toBe(true);
  expect(await verify(new Secret("correct horse battery"), of(passwordHash, "bert's id"))).toBe(false);
});

test("a hash from before hashes were bound keeps working, and is reported as unbound", async () => {
  const digest = createHmac("sha256", PEPPER.key).update("password\0").update("correct horse battery").digest("base64");
  const passwordHash = `v1:${PEPPER.id}:${await bcrypt.hash(digest, 4)}`;
  expect(isBoundToUser(passwordHash)).toBe(false);
  expect(await hasher().verify(new Secret("correct horse battery"), of(passwordHash))).toBe(true);
  expect(await hasher().verify(new Secret("correct horse batterz"), of(passwordHash))).toBe(false);
});
