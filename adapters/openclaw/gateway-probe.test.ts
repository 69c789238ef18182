import { execFile } from "node:child_process";
import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { newGatewayTls } from "../../tests/support/turns/gateway-tls.ts";
import { createGatewayProbe, type ProbedGateway } from "./gateway-probe.ts";

let server: Server;
const TLS = newGatewayTls();
let gateway: ProbedGateway;
const MIB = 1024 ** 2;
/** 1 GiB of zeros in 1 MiB: a gzip file may have many members. */
const ZIPPED_GIB = Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(16 * MIB))));
let hostile: ((response: ServerResponse) => void) | null = null;
const seen: (string | undefined)[] = [];
let statusOf: Record<string, number> = {};

beforeAll(async () => {
  server = createServer({ cert: TLS.certificate, key: TLS.key }, (request, response) => {
    seen.push(request.url);
    const status = statusOf[request.url ?? ""] ?? 404;
    if (hostile !== null) return hostile(response);
    if (status === 0) return;
    response.writeHead(status).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const address = `127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`;
  gateway = { address, certificate: TLS.certificate };
});

afterEach(() => {
  hostile = null;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a gateway is ready by either probe, and not while both refuse", async () => {
  const probe = createGatewayProbe();
  statusOf = { "/readyz": 200, "/startupz": 503 };
  expect(await probe.isReady(gateway)).toBe(true);
  statusOf = { "/readyz": 503, "/startupz": 200 };
  expect(await probe.isReady(gateway)).toBe(true);
  statusOf = { "/readyz": 503, "/startupz": 503 };
  expect(await probe.isReady(gateway)).toBe(false);
});

test("a gateway that does not answer in time, or at all, is not alive", async () => {
  const probe = createGatewayProbe(60_000);
  statusOf = { "/healthz": 200 };
  expect(await probe.isAlive(gateway)).toBe(true);
  statusOf = { "/healthz": 0 };
  expect(await createGatewayProbe(50).isAlive(gateway)).toBe(false);
  expect(await probe.isAlive({ ...gateway, address: "127.0.0.1:1" })).toBe(false);
});

test("what answers with another certificate is neither ready nor alive, and is asked nothing", async () => {
  const asked = seen.length;
  const other = { ...gateway, certificate: newGatewayTls().certificate };
  statusOf = { "/readyz": 200, "/startupz": 200, "/healthz": 200 };
  expect([await createGatewayProbe().isReady(other), await createGatewayProbe().isAlive(other)]).toEqual([false, false]);
  expect(seen).toHaveLength(asked);
});

describe("a container that answers with what it likes", () => {
  test("does not make a worker grow that is sent 1 GiB of zipped zeros", async () => {
    hostile = (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(ZIPPED_GIB);
    expect(await growthWhileProbing()).toBeLessThan(64 * MIB);
    hostile = (response) => response.writeHead(503, { "content-encoding": "gzip" }).end(ZIPPED_GIB);
    expect(await growthWhileProbing()).toBeLessThan(64 * MIB);
  }, 120_000);

  test("is judged by its status, and cut off after it", async () => {
    let sent = 0;
    const ended = new Promise<void>((resolve) => {
      hostile = (response) => {
        response.socket?.once("close", () => resolve());
        response.writeHead(200);
        const flood = () => {
          do sent += 64 * 1024;
          while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
        };
        response.on("drain", flood);
        flood();
      };
    });
    expect(await createGatewayProbe(60_000).isAlive(gateway)).toBe(true);
    await ended;
    expect(sent).toBeLessThan(64 * MIB);
  });

  test("is not ready when its headers have no end", async () => {
    hostile = (response) => {
      response.socket?.write("HTTP/1.1 200 OK\r\n");
      const flood = () => {
        while (response.socket?.write(`x-filler: ${"x".repeat(8_000)}\r\n`));
      };
      response.socket?.on("drain", flood);
      flood();
    };
    expect(await createGatewayProbe(60_000).isAlive(gateway)).toBe(false);
  });
});

/** Bytes by which the memory of a process of its own grows at most during a probe. */
async function growthWhileProbing(): Promise<number> {
  const script = `
    const { createGatewayProbe } = await import(${JSON.stringify(join(import.meta.dirname, "gateway-probe.ts"))});
    const before = process.resourceUsage().maxRSS;
    await createGatewayProbe().isReady(${JSON.stringify(gateway)});
    console.log(process.resourceUsage().maxRSS - before);`;
  const { NODE_OPTIONS: _jest, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
  return Number(stdout) * 1024;
}
