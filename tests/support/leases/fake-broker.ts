// A broker with scripted answers: leases of a few seconds, failures, delayed answers.
import { createServer } from "node:http";

export interface FakeBroker {
  readonly url: string;
  /** The calls by name, in order. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

export interface FakeAnswer {
  /** Default 200; anything else is answered without a document. */
  readonly status?: number;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** `answer` is asked with the call's name and how often that was called. */
export async function startFakeBroker(
  answer: (call: string, nth: number) => FakeAnswer | Promise<FakeAnswer>,
): Promise<FakeBroker> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const call = request.url?.split("/").at(-1) ?? "";
    seen.push(call);
    const nth = seen.filter((name) => name === call).length;
    request.resume().once("end", async () => {
      const { status = 200, facts = {} } = await answer(call, nth);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(status === 200 ? JSON.stringify({ status: "ok", ...facts }) : "away");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())));
  return { url: `http://127.0.0.1:${address.port}`, seen, close };
}

/** What an acquire answers; the real broker grants no TTL below 30 s. */
export function shortLease(leaseTtlMs: number, more: Readonly<Record<string, unknown>> = {}): FakeAnswer {
  return { facts: { credentialId: "c", leaseToken: "t", payload: {}, leaseTtlMs, heartbeatIntervalMs: 1_000, ...more } };
}
