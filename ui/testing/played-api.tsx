// The api as a test plays it: an answer to each call, behind the application's own client and cache.
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiContext } from "../src/api/api-context.ts";
import { createApiClient } from "../src/api/client.ts";
import { createQueryClient } from "../src/api/query-client.ts";

/** `call`: method and path, without what stands behind the question mark. */
export type Answer = (call: string) => unknown;

export function withApi(answer: Answer, content: ReactNode) {
  const fetch: typeof globalThis.fetch = async (path, init) => {
    const { pathname } = new URL(typeof path === "object" && "url" in path ? path.url : path, "http://test.invalid");
    return played(answer(`${init?.method} ${pathname}`));
  };
  return (
    <ApiContext value={createApiClient({ fetch, onSessionEnded: () => {} })}>
      <QueryClientProvider client={createQueryClient()}>{content}</QueryClientProvider>
    </ApiContext>
  );
}

/** As much of a Response as the client reads; jsdom has none. */
function played(body: unknown): Response {
  return Object.assign(Object.create(null), {
    ok: true,
    status: 200,
    headers: new Headers({ "content-type": "application/json" }),
    json: async () => body,
  });
}
