/** @jest-environment node */
// When the client stops waiting, and what it makes of it.
import { createApiClient } from "./client.ts";
import { isCode } from "./errors.ts";

/** Takes every call and never answers, until it is told to stop. */
const silent: typeof fetch = async (_path, init) =>
  await new Promise((_resolve, reject) => {
    const { signal } = init ?? {};
    signal?.addEventListener("abort", () => reject(signal.reason));
  });

/** Begins its answer and never ends it. */
const stuck: typeof fetch = async (_path, init) => {
  const body = new ReadableStream({
    start: (controller) => init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason)),
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
};

test.each([
  ["does not answer", silent],
  ["does not end its answer", stuck],
])("a read that may be given up by its page is given up in time when the api %s", async (_name, fetch) => {
  const api = createApiClient({ fetch, onSessionEnded: () => {}, timeoutMs: 10 });
  const { signal } = new AbortController();
  await expect(api.call("GET", "/api/me", { signal })).rejects.toMatchObject({ code: "NETWORK" });
});

test("a read that its page has given up is no failure of the connection", async () => {
  const page = new AbortController();
  const api = createApiClient({ fetch: silent, onSessionEnded: () => {} });
  const reading = api.call("GET", "/api/me", { signal: page.signal }).catch((error: unknown) => error);
  page.abort();
  const thrown = await reading;
  expect(isCode(thrown, "NETWORK")).toBe(false);
  expect(thrown).toMatchObject({ name: "AbortError" });
});
