// The api as a test plays it, behind the application's own client and cache.
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiContext } from "../src/api/api-context.ts";
import { createApiClient } from "../src/api/client.ts";
import { createQueryClient } from "../src/api/query-client.ts";

/** By method and path, without the query; they get the request's body. */
export type Answers = Readonly<Record<string, (sent: unknown) => unknown>>;

/** All else is not found. */
export function withApi(answers: Answers, content: ReactNode, queryClient = createQueryClient()) {
  const fetch: typeof globalThis.fetch = async (path, init) => {
    const { pathname } = new URL(typeof path === "object" && "url" in path ? path.url : path, "http://test.invalid");
    const answer = answers[`${init?.method} ${pathname}`];
    return answer === undefined ? played(404, { error: { code: "NOT_FOUND" } }) : played(200, answer(sentBy(init)));
  };
  return (
    <ApiContext value={createApiClient({ fetch, onSessionEnded: () => {} })}>
      <QueryClientProvider client={queryClient}>{content}</QueryClientProvider>
    </ApiContext>
  );
}

function sentBy(init: RequestInit | undefined): unknown {
  return typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
}

/** As much of a Response as the client reads; jsdom has none. */
function played(status: number, body: unknown): Response {
  return Object.assign(Object.create(null), {
    ok: status === 200,
    status,
    headers: new Headers({ "content-type": "application/json" }),
    json: async () => body,
  });
}
