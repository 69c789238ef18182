import { Bell, type Ring } from "./bell.ts";

/** A wire on which each sending ends when the test says so. */
function slowWire() {
  const sent: (readonly Ring[])[] = [];
  const ends: (() => void)[] = [];
  const send = (rings: readonly Ring[]): Promise<void> => {
    sent.push(rings);
    return new Promise((resolve) => void ends.push(resolve));
  };
  return { sent, send, endNext: () => ends.shift()?.() };
}

test("the same ring is sent once more at most while one is on its way, and none is lost", async () => {
  const wire = slowWire();
  const bell = new Bell(wire.send);
  bell.ring("leases", "telegram");
  for (let count = 0; count < 100; count += 1) bell.ring("leases", "telegram");
  bell.ring("leases", "discord");
  expect(wire.sent).toEqual([[{ channel: "leases", payload: "telegram" }]]);
  wire.endNext();
  await new Promise(setImmediate);
  expect(wire.sent[1]).toEqual([
    { channel: "leases", payload: "telegram" },
    { channel: "leases", payload: "discord" },
  ]);
  wire.endNext();
  await bell.quiet();
  expect(wire.sent).toHaveLength(2);
});

test("a ring after the quiet is sent again, also when the one before failed", async () => {
  let calls = 0;
  const bell = new Bell(async () => {
    calls += 1;
    throw new Error("the connection is gone");
  });
  bell.ring("outbox", "");
  await bell.quiet();
  bell.ring("outbox", "");
  await bell.quiet();
  expect(calls).toBe(2);
});
