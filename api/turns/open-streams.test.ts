// Tests of the register of open chats.
import { pino } from "pino";
import { CHAT_STREAMS_PER_TENANT } from "../../contracts/turns/chat.ts";
import { systemTenant, type Tenant } from "../../contracts/core/tenant.ts";
import { waitFor } from "../../tests/support/core/wait-for.ts";
import { createOpenStreams, type OpenStreams } from "./open-streams.ts";

const log = pino({ level: "silent" });
const ANN = systemTenant("ann");
const BEN = systemTenant("ben");
const touched: (readonly Tenant[])[] = [];
let streams: OpenStreams;

beforeEach(() => {
  touched.length = 0;
  streams = createOpenStreams({ log, touchEveryMs: 10, touch: async (tenants) => void touched.push(tenants) });
});
afterEach(() => streams.close());

describe("open chats", () => {
  test("are limited per tenant, and make room when one ends", () => {
    const leave = Array.from({ length: CHAT_STREAMS_PER_TENANT }, () => streams.enter(ANN));
    expect(() => streams.enter(ANN)).toThrow(expect.objectContaining({ code: "RATE_LIMITED", retryAfterSeconds: 5 }));
    streams.enter(BEN);
    leave[0]?.();
    leave[0]?.();
    streams.enter(ANN);
    expect(() => streams.enter(ANN)).toThrow();
  });

  test("count as activity, each tenant once, as long as they last", async () => {
    const leave = [streams.enter(ANN), streams.enter(ANN), streams.enter(BEN)];
    await waitFor(() => touched.length > 0, { timeoutMs: 60_000, everyMs: 5, what: "activity is noted" });
    expect(touched[0]).toEqual([ANN, BEN]);
    for (const end of leave) end();
    touched.length = 0;
    streams.enter(BEN);
    await waitFor(() => touched.length > 0, { timeoutMs: 60_000, everyMs: 5, what: "activity is noted" });
    expect(touched[0]).toEqual([BEN]);
  });

  test("are waited for at a stop, but not for ever", async () => {
    const leave = streams.enter(ANN);
    const startedAt = performance.now();
    await streams.drained(30);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(25);
    const drained = streams.drained(60_000);
    leave();
    await drained;
    expect(streams.count).toBe(0);
  });
});
