// Logs carry no secret, whatever way it comes in.
import { createLogger, scrub } from "./logger.ts";

const KEY_ID = `mpk_${"a".repeat(20)}`;

function logged(fields: object, message = "event"): string {
  const lines: string[] = [];
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => lines.push(line) } });
  log.info(fields, message);
  return lines.join("");
}

test("fields that are named like a secret are censored at every depth", () => {
  const line = logged({ password: "canary-1", user: { apiKey: "canary-2" }, req: { headers: { cookie: "canary-3" } } });
  expect(line).not.toContain("canary");
});

test("so are those of an error, of a list and of a child logger, and nothing else is", () => {
  const err = Object.assign(new Error("it broke"), { details: { token: "canary-1", reason: "kept-1" } });
  const line = logged({ err, tried: [{ secret: "canary-2", name: "kept-2" }], at: new Date(0) });
  expect(line).not.toContain("canary");
  expect(JSON.parse(line)).toMatchObject({
    err: { type: "Error", message: "it broke", stack: expect.stringContaining("logger.test"), details: { reason: "kept-1" } },
    tried: [{ name: "kept-2" }],
    at: "1970-01-01T00:00:00.000Z",
  });
  const lines: string[] = [];
  const log = createLogger({ name: "test", level: "info", destination: { write: (text) => lines.push(text) } });
  log.child({ token: "canary-3", requestId: "kept-3" }).info("event");
  expect(lines.join("")).not.toContain("canary");
  expect(lines.join("")).toContain("kept-3");
});

test.each([
  ["a sealed secret", "enc:v1:ab12:bm9uY2U:Y2FuYXJ5"],
  ["a container token", `mct_${"x".repeat(22)}_${"canary".repeat(7)}`],
  ["a personal key", `${KEY_ID}_${"canary".repeat(7)}`],
  ["a broker key", `mbk_${"a".repeat(20)}_${"canary".repeat(7)}`],
  ["an agent key", `oak_live_${"b".repeat(20)}_${"canary".repeat(7)}`],
  ["a bearer header", "Bearer canary.canary"],
  ["a private key", `-----BEGIN PRIVATE KEY-----\n${"canary".repeat(11)}\nEND==\n-----END PRIVATE KEY-----`],
  ["a password hash", `$2b$12$${"c".repeat(53)}`],
])("%s inside an error's message does not reach the line", (_name, secret) => {
  const line = logged({ err: new Error(`it broke: ${secret}.`) });
  expect(line).not.toContain(secret);
  expect(line).not.toContain("canary");
  expect(line).toContain("it broke: [redacted]");
});

test("the public part of a personal key stays readable", () => {
  expect(scrub(`key ${KEY_ID} was used`)).toBe(`key ${KEY_ID} was used`);
});

test("a scrubbed line is still JSON", () => {
  expect(() => JSON.parse(logged({ note: 'Bearer abc"def' }))).not.toThrow();
});
