// What the contract of agents accepts, and what scanners find.
import { AGENT_HANDLE, AGENT_KEY_ID, AGENT_KEY_PATTERN, AGENT_SCOPES } from "./facts.ts";
import { agentCreateSchema, agentKeyRotateSchema, agentKeyUpdateSchema, agentSignupSchema } from "./schema.ts";

const KEY_ID = `oak_live_${"a2".repeat(10)}`;
const KEY = `${KEY_ID}_${"Ab0".repeat(16)}Z`;

test("an agent is given the least scope and its owner's providers unless more is said", () => {
  expect(agentCreateSchema.parse({ handle: "night-build" })).toEqual({
    handle: "night-build",
    description: "",
    scopes: ["chat:send"],
    usesOwnerProviders: true,
  });
});

test("a scope that is named twice counts once", () => {
  expect(agentKeyUpdateSchema.parse({ scopes: ["chat:send", "keys:manage", "chat:send"] }).scopes).toEqual([
    "chat:send",
    "keys:manage",
  ]);
});

test.each([{ scopes: [] }, { scopes: ["everything"] }, { handle: "-a" }, { limits: {} }])(
  "a sign-up with %j is refused",
  (body) => {
    expect(agentSignupSchema.safeParse(body).success).toBe(false);
  },
);

test.each([0, 1, 24])("a key may be replaced with %d h of overlap", (overlapHours) => {
  expect(agentKeyRotateSchema.parse({ overlapHours })).toEqual({ overlapHours });
});
test("and with no other", () => {
  expect(agentKeyRotateSchema.safeParse({ overlapHours: 2 }).success).toBe(false);
});

test.each(["a", "a-b", "a".repeat(40)])("%s is a handle", (handle) => expect(AGENT_HANDLE.test(handle)).toBe(true));
test.each(["", "A", "a-", "a_b", "a".repeat(41)])("“%s” is none", (handle) => expect(AGENT_HANDLE.test(handle)).toBe(false));

test("a scanner finds a key in the middle of a file, and not its public part", () => {
  const pattern = new RegExp(AGENT_KEY_PATTERN);
  expect(pattern.exec(`KEY="${KEY}"\n`)?.[0]).toBe(KEY);
  expect(pattern.test(KEY_ID)).toBe(false);
  expect(AGENT_KEY_ID.test(KEY_ID)).toBe(true);
});

test("an agent's key can have every scope that a person's can", () => {
  expect(Object.keys(AGENT_SCOPES)).toEqual(expect.arrayContaining(["chat:send", "settings:write", "lease:use"]));
});
