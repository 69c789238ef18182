// What keeps a start from beginning, each in one line that says what to do.
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { freePort } from "./ports.ts";
import { preflight } from "./preflight.ts";

const dataDir = tmpdir();

test("a port that another program has is named, with the setting that chooses another one", async () => {
  const other = createServer().listen({ port: 0, host: "127.0.0.1" });
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(preflight({ host: "127.0.0.1", port, dataDir })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: `Another program listens on 127.0.0.1, port ${port}. Set MOSAIC_PORT to another port.`,
  });
  other.close();
});

test("so is an address that this machine does not have", async () => {
  await expect(preflight({ host: "203.0.113.7", port: await freePort(), dataDir })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: "This machine does not have the address 203.0.113.7. Set MOSAIC_HOST to one of its addresses.",
  });
});

test("a disk without room is told before anything is written to it", async () => {
  await expect(preflight({ host: "127.0.0.1", port: await freePort(), dataDir: "/proc" })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(/^The disk of \/proc is full: 0 MB are free.*MOSAIC_DATA_DIR/),
  });
});

test("on a machine that has everything it says nothing", async () => {
  await expect(preflight({ host: "127.0.0.1", port: await freePort(), dataDir })).resolves.toBeUndefined();
});
