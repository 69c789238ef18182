import { createServer, type Server } from "node:http";
import { createGatewayProbe } from "./gateway-probe.ts";

let server: Server;
let address: string;
let statusOf: Record<string, number> = {};

beforeAll(async () => {
  server = createServer((request, response) => {
    const status = statusOf[request.url ?? ""] ?? 404;
    if (status === 0) return;
    response.writeHead(status).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  address = `127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a gateway is ready by either probe, and not while both refuse", async () => {
  const probe = createGatewayProbe();
  statusOf = { "/readyz": 200, "/startupz": 503 };
  expect(await probe.isReady(address)).toBe(true);
  statusOf = { "/readyz": 503, "/startupz": 200 };
  expect(await probe.isReady(address)).toBe(true);
  statusOf = { "/readyz": 503, "/startupz": 503 };
  expect(await probe.isReady(address)).toBe(false);
});

test("a gateway that does not answer in time, or at all, is not alive", async () => {
  const probe = createGatewayProbe(60_000);
  statusOf = { "/healthz": 200 };
  expect(await probe.isAlive(address)).toBe(true);
  statusOf = { "/healthz": 0 };
  expect(await createGatewayProbe(50).isAlive(address)).toBe(false);
  expect(await probe.isAlive("127.0.0.1:1")).toBe(false);
});
