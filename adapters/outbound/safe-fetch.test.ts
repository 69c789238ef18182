// Tests of calls to addresses that users name: what is refused is never connected to.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { LookupFunction } from "node:net";
import { FleetError } from "../../contracts/core/errors.ts";
import { startSelfSignedServer } from "../../tests/support/core/tls-server.ts";
import { judgeAddress } from "./outbound-address.ts";
import { createSafeFetch, type SafeFetchOptions } from "./safe-fetch.ts";

interface Listening {
  readonly port: number;
  connections: number;
  close(): Promise<void>;
}

async function listenAt(host: string, port: number, listener: RequestListener): Promise<Listening> {
  const server = createServer(listener);
  const listening: Listening = {
    connections: 0,
    get port() {
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : 0;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  server.on("connection", () => (listening.connections += 1));
  server.listen(port, host);
  await once(server, "listening");
  return listening;
}

/** One address that stands for the public, and one that stands for the inside, with a server each at the same port. */
const PUBLIC = "127.0.0.1";
const INSIDE = "127.0.0.2";
let outside: Listening;
let inside: Listening;
let listener: RequestListener;

beforeEach(async () => {
  listener = (_request, response) => response.end("{}");
  outside = await listenAt(PUBLIC, 0, (request, response) => listener(request, response));
  inside = await listenAt(INSIDE, outside.port, (_request, response) => response.end("secret"));
});
afterEach(async () => {
  await outside.close();
  await inside.close();
});

/** Tests have nothing but loopback to call. */
const here: SafeFetchOptions = { judge: (address) => (address === PUBLIC ? "allowed" : judgeAddress(address, {})) };

/** A resolver that gives the next answer each time it is asked, and the last one forever. */
function resolvingTo(...answers: readonly string[][]): LookupFunction & { asked: () => number } {
  let asked = 0;
  const resolve: LookupFunction = (_name, _options, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return Object.assign(resolve, { asked: () => asked });
}

async function reasonOf(url: string, options: SafeFetchOptions = here): Promise<unknown> {
  const error = await createSafeFetch(options)(url).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FleetError)) throw new Error(`expected a FleetError, got ${String(error)}`);
  expect([error.code, error.message]).toEqual(["PROVIDER_TEST_FAILED", expect.stringMatching(/\.$/)]);
  return error.details?.["reason"];
}

test("gives status, type and text", async () => {
  listener = (_request, response) => response.writeHead(201, { "content-type": "text/x" }).end("hello");
  expect(await createSafeFetch(here)(`http://${PUBLIC}:${outside.port}/`)).toEqual({
    status: 201,
    contentType: "text/x",
    text: "hello",
    viaProxy: false,
  });
});

describe("an address that is not allowed", () => {
  test.each([
    ["http://2130706433", "address_loopback"],
    ["http://0x7f.1", "address_loopback"],
    ["http://0177.0.0.1", "address_loopback"],
    ["http://127.1", "address_loopback"],
    ["http://0", "address_loopback"],
    ["http://[::1]", "address_loopback"],
    ["http://[::ffff:7f00:1]", "address_loopback"],
    ["http://[::ffff:127.0.0.1]", "address_loopback"],
    ["http://[::7f00:1]", "address_not_public"],
    ["http://[64:ff9b::7f00:1]", "address_not_public"],
    ["http://[2002:7f00:1::]", "address_not_public"],
    ["http://169.254.169.254", "address_metadata"],
    ["http://[::ffff:a9fe:a9fe]", "address_metadata"],
    ["http://[fe80::1]", "address_metadata"],
    ["http://168.63.129.16", "address_metadata"],
    ["http://172.17.0.1", "address_private"],
    ["http://[fd12::1]", "address_private"],
  ])("is refused in any spelling, without a connection: %s", async (origin, reason) => {
    expect(await reasonOf(`${origin}:${outside.port}/`, {})).toBe(reason);
    expect([outside.connections, inside.connections]).toEqual([0, 0]);
  });

  test("is refused by its names too", async () => {
    expect(await reasonOf(`http://localhost:${outside.port}/`, {})).toBe("address_loopback");
    // Not every resolver knows it with the dot.
    expect(["address_loopback", "name_unknown"]).toContain(await reasonOf(`http://localhost.:${outside.port}/`, {}));
    expect(outside.connections).toBe(0);
  });

  test("is not hidden by credentials, another protocol, or the port of another protocol", async () => {
    expect(await reasonOf(`http://user:pass@${PUBLIC}:${outside.port}/`)).toBe("address_invalid");
    expect(await reasonOf(`http://${PUBLIC}@${INSIDE}:${outside.port}/`)).toBe("address_invalid");
    expect(await reasonOf("file:///etc/passwd")).toBe("address_invalid");
    expect(await reasonOf("not an address")).toBe("address_invalid");
    expect(await reasonOf(`http://${PUBLIC}:25/`)).toBe("port_refused");
    expect([outside.connections, inside.connections]).toEqual([0, 0]);
  });
});

describe("a name", () => {
  test("is refused when any of its addresses is", async () => {
    const both = { ...here, resolve: resolvingTo([PUBLIC, INSIDE]) };
    expect(await reasonOf(`http://models.test:${outside.port}/`, both)).toBe("address_loopback");
    expect([outside.connections, inside.connections]).toEqual([0, 0]);
  });

  test("is resolved once per call: the connection goes to the very address that was checked", async () => {
    const rebinding = resolvingTo([PUBLIC], [INSIDE]);
    let host: string | undefined;
    listener = (request, response) => {
      host = request.headers.host;
      response.end("{}");
    };
    const answer = await createSafeFetch({ ...here, resolve: rebinding })(`http://models.test:${outside.port}/`);
    expect(answer.text).toBe("{}");
    expect([rebinding.asked(), outside.connections, inside.connections]).toEqual([1, 1, 0]);
    expect(host).toBe(`models.test:${outside.port}`);
  });

  test("is checked again in the next call, also when it was good before", async () => {
    const safeFetch = createSafeFetch({ ...here, resolve: resolvingTo([PUBLIC], [INSIDE]) });
    await safeFetch(`http://models.test:${outside.port}/`);
    await expect(safeFetch(`http://models.test:${outside.port}/`)).rejects.toMatchObject({
      details: { reason: "address_loopback" },
    });
    expect(inside.connections).toBe(0);
  });

  test("without an address is not known", async () => {
    expect(await reasonOf("http://models.test/", { ...here, resolve: resolvingTo([]) })).toBe("name_unknown");
    const unknown: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), "");
    expect(await reasonOf("http://models.test/", { ...here, resolve: unknown })).toBe("name_unknown");
  });
});

test.each([301, 302, 303, 307, 308])("a redirect with %i is not followed", async (status) => {
  listener = (_request, response) => response.writeHead(status, { location: `http://${INSIDE}:${outside.port}/` }).end();
  // Even an address that may be called is not called because another server says so.
  const allAllowed: SafeFetchOptions = { judge: () => "allowed" };
  expect(await reasonOf(`http://${PUBLIC}:${outside.port}/`, allAllowed)).toBe("redirected");
  expect([outside.connections, inside.connections]).toEqual([1, 0]);
});

describe("a server that cannot be talked to", () => {
  test("does not listen, speaks no TLS, or has a certificate that nobody signed", async () => {
    expect(await reasonOf(`http://${PUBLIC}:3/`)).toBe("nothing_listens");
    expect(await reasonOf(`https://${PUBLIC}:${outside.port}/`)).toBe("tls_not_spoken");
    const tls = await startSelfSignedServer();
    try {
      expect(await reasonOf(`https://${PUBLIC}:${tls.port}/`)).toBe("certificate_self_signed");
    } finally {
      await tls.close();
    }
  });

  test("breaks off, is too slow, or says too much", async () => {
    listener = (request) => request.socket.destroy();
    expect(await reasonOf(`http://${PUBLIC}:${outside.port}/`)).toBe("broken_off");
    listener = () => undefined;
    expect(await reasonOf(`http://${PUBLIC}:${outside.port}/`, { ...here, timeoutMs: 100 })).toBe("timed_out");
    // Headers in time, then silence: the deadline is that of the whole answer.
    listener = (_request, response) => response.writeHead(200).write("{");
    expect(await reasonOf(`http://${PUBLIC}:${outside.port}/`, { ...here, timeoutMs: 100 })).toBe("timed_out");
    listener = (_request, response) => response.end(Buffer.alloc(1024 * 1024 + 1));
    expect(await reasonOf(`http://${PUBLIC}:${outside.port}/`)).toBe("answer_too_large");
  });

  test("is given up when the caller's own time is over", async () => {
    listener = () => undefined;
    const call = createSafeFetch(here)(`http://${PUBLIC}:${outside.port}/`, { signal: AbortSignal.timeout(50) });
    await expect(call).rejects.toMatchObject({ details: { reason: "timed_out" } });
  });
});
