// Credentials: random, of a fixed shape, and recognised by it.
import { newAgentToken, newApiKey, newSessionToken, parseAgentToken, parseApiKey, parseSessionToken } from "./credentials.ts";

test("a personal API key carries its public id and parses back", () => {
  const { keyId, apiKey } = newApiKey();
  expect(keyId).toMatch(/^mpk_[a-z2-7]{20}$/);
  expect(apiKey.reveal()).toMatch(new RegExp(`^${keyId}_[0-9A-Za-z]{43}$`));
  expect(parseApiKey(apiKey.reveal())?.keyId).toBe(keyId);
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
  expect([parseApiKey(text), parseAgentToken(text), parseSessionToken(text)]).toEqual([null, null, null]);
});

test("no two credentials are alike", () => {
  expect(new Set(Array.from({ length: 200 }, () => newAgentToken().reveal())).size).toBe(200);
});
