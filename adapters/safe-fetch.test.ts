// Tests of calls to addresses that users name: what is refused is never connected to.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { LookupFunction } from "node:net";
import { FleetError } from "../contracts/errors.ts";
import { judgeAddress } from "./outbound-address.ts";
import { createSafeFetch, type SafeFetchOptions } from "./safe-fetch.ts";

let server: Server;
let port: number;
let connections: number;
let listener: RequestListener;

beforeEach(async () => {
  connections = 0;
  listener = (_request, response) => response.end("{}");
  server = createServer((request, response) => listener(request, response));
  server.on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterEach(async () => {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
});

/** Tests have nothing but loopback to call. */
const here: SafeFetchOptions = { judge: (address) => (address === "127.0.0.1" ? "allowed" : judgeAddress(address, {})) };

function resolvingTo(...addresses: string[]): LookupFunction {
  return (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
}

async function stepOf(url: string, options: SafeFetchOptions = here): Promise<unknown> {
  const error = await createSafeFetch(options)(url).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FleetError)) throw new Error(`expected a FleetError, got ${String(error)}`);
  expect(error.code).toBe("PROVIDER_TEST_FAILED");
  return error.details?.["step"];
}

describe("calling an address that a user named", () => {
  test("gives status, type and text", async () => {
    listener = (_request, response) => response.writeHead(201, { "content-type": "text/x" }).end("hello");
    expect(await createSafeFetch(here)(`http://127.0.0.1:${port}/`)).toEqual({
      status: 201,
      contentType: "text/x",
      text: "hello",
    });
  });

  test.each(["http://2130706433", "http://0x7f.1", "http://0", "http://[::ffff:7f00:1]", "http://[::7f00:1]", "http://127.1"])(
    "refuses loopback in disguise without a connection: %s",
    async (origin) => {
      expect(await stepOf(`${origin}:${port}/`, {})).toBe("address");
      expect(connections).toBe(0);
    },
  );

  test("refuses credentials in the address, and other protocols", async () => {
    expect(await stepOf(`http://user:pass@127.0.0.1:${port}/`)).toBe("address");
    expect(await stepOf("file:///etc/passwd")).toBe("address");
    expect(await stepOf("not an address")).toBe("address");
  });

  test("refuses a name when any of its addresses is refused", async () => {
    expect(await stepOf(`http://models.test:${port}/`, { ...here, resolve: resolvingTo("127.0.0.1", "10.0.0.1") })).toBe(
      "address",
    );
    expect(connections).toBe(0);
  });

  test("connects to the address that was checked, with the name in the request", async () => {
    let host: string | undefined;
    listener = (request, response) => {
      host = request.headers.host;
      response.end("{}");
    };
    await createSafeFetch({ ...here, resolve: resolvingTo("127.0.0.1") })(`http://models.test:${port}/`);
    expect(host).toBe(`models.test:${port}`);
  });

  test("does not follow a redirect", async () => {
    listener = (_request, response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end();
    expect(await stepOf(`http://127.0.0.1:${port}/`)).toBe("address");
    expect(connections).toBe(1);
  });

  test("says that a name is unknown, that nothing listens, and that a certificate is missing", async () => {
    const unknown: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), "");
    expect(await stepOf("http://models.test/", { ...here, resolve: unknown })).toBe("dns");
    expect(await stepOf("http://127.0.0.1:1/")).toBe("connect");
    expect(await stepOf(`https://127.0.0.1:${port}/`)).toBe("tls");
  });

  test("gives up on an answer that is too slow or too large", async () => {
    listener = () => undefined;
    expect(await stepOf(`http://127.0.0.1:${port}/`, { ...here, timeoutMs: 100 })).toBe("connect");
    listener = (_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1));
    expect(await stepOf(`http://127.0.0.1:${port}/`)).toBe("answer");
  });
});
