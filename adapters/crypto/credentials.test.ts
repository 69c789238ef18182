// Credentials: random, of a fixed shape, and recognised by it.
import { AGENT_KEY_ID, AGENT_KEY_PATTERN } from "../../contracts/agents/facts.ts";
import {
  newAgentKey,
  newAgentToken,
  newApiKey,
  newSessionToken,
  parseAgentKey,
  parseAgentToken,
  parseApiKey,
  parseSessionToken,
} from "./credentials.ts";

test("a personal API key carries its public id and parses back", () => {
  const { keyId, apiKey } = newApiKey();
  expect(keyId).toMatch(/^mpk_[a-z2-7]{20}$/);
  expect(apiKey.reveal()).toMatch(new RegExp(`^${keyId}_[0-9A-Za-z]{43}$`));
  expect(parseApiKey(apiKey.reveal())?.keyId).toBe(keyId);
});

test("an agent's key carries its public id and a check sum, and parses back", () => {
  const { keyId, apiKey } = newAgentKey();
  expect(keyId).toMatch(AGENT_KEY_ID);
  expect(apiKey.reveal()).toMatch(new RegExp(`^${AGENT_KEY_PATTERN}$`));
  expect(parseAgentKey(apiKey.reveal())?.keyId).toBe(keyId);
});

test("an agent's key of the published form is known", () => {
  // The check sum is CRC-32 of what stands before it, in base 62.
  expect(parseAgentKey(`oak_live_${"a".repeat(20)}_${"0".repeat(43)}0no2VY`)?.keyId).toBe(`oak_live_${"a".repeat(20)}`);
});

test("an agent's key with any one character changed is refused by its check sum", () => {
  const key = newAgentKey().apiKey.reveal();
  for (let at = "oak_live_".length; at < key.length; at += 1) {
    if (key[at] === "_") continue;
    const changed = key.slice(0, at) + (key[at] === "b" ? "c" : "b") + key.slice(at + 1);
    expect(parseAgentKey(changed)).toBeNull();
  }
});

test("agent and session tokens parse back", () => {
  const [agent, session] = [newAgentToken().reveal(), newSessionToken().reveal()];
  expect(agent).toMatch(/^mct_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/);
  expect(parseAgentToken(agent)?.reveal()).toBe(agent);
  expect(parseSessionToken(session)?.reveal()).toBe(session);
});

test.each([
  "",
  "mpk_",
  "mct_x_y",
  `${newAgentToken().reveal()}x`,
  ` ${newSessionToken().reveal()}`,
  "mpk_aaaaaaaaaaaaaaaaaaaa_short",
])("%p is no credential of any kind", (text) => {
  expect([parseApiKey(text), parseAgentKey(text), parseAgentToken(text), parseSessionToken(text)]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("no two credentials are alike", () => {
  expect(new Set(Array.from({ length: 200 }, () => newAgentToken().reveal())).size).toBe(200);
});
