// What is repeated of a provider's words, and what never is.
import { providerWords, repeatedStatus } from "./provider-words.ts";

test("the status in front is taken off, and known", () => {
  expect(repeatedStatus("401 Incorrect API key")).toBe(401);
  expect(repeatedStatus("HTTP 429: slow down")).toBe(429);
  expect(repeatedStatus("4010 tokens")).toBeNull();
  expect(providerWords("401 Incorrect API key")).toBe("Incorrect API key");
});

test("of a repeated answer its message counts", () => {
  expect(providerWords('401: {"error":{"message":"no such key","type":"x"}}')).toBe("no such key");
  expect(providerWords('404 {"error":"model \\"x\\" not found"}')).toBe('model "x" not found');
});

test.each([
  "Incorrect API key provided: hunter22",
  "Incorrect API key provided: sk-proj-abcDEF123456. See the docs.",
  "Bearer abcdefghijklmnop is not valid",
  "api_key=abcdef is wrong",
  'config {"apiKey": "abcdef12"} is wrong',
  "call to https://ann:secret99@example.org/v1 failed",
  "AIzaSyA1234567890abcdefghijklmnopqrstuvw is invalid",
  "3f0a6a0c8d5e4c539d5f0d1c9b7a1e11 is not a key",
])("no secret is repeated: %s", (said) => {
  const words = providerWords(said);
  expect(words).toContain("[redacted]");
  expect(words).not.toMatch(/hunter22|abcDEF|abcdefghijk|abcdef|secret99|AIzaSy|3f0a6a0c/);
});

test("plain sentences stay as they are", () => {
  const plain = "Rate limit reached for gpt-4o in organization on tokens per min. Please try again in 6 s.";
  expect(providerWords(plain)).toBe(plain);
});

test("an error page says nothing", () => {
  expect(providerWords("502 <html><head><title>502 Bad Gateway</title></head></html>")).toBeNull();
});

test("what forges lines or turns text around is gone, and it is short", () => {
  expect(providerWords("one\r\n\u202Etwo\u0000three")).toBe("one two three");
  expect(providerWords("word ".repeat(500))?.length).toBeLessThanOrEqual(300);
});
