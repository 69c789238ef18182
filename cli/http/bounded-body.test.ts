// Answers that are larger than any that the command can expect.
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { boundedJson, boundedText } from "./bounded-body.ts";

const LIMIT = 1024 * 1024;
let server: Server;
let url: string;

beforeAll(async () => {
  const zipped = gzipSync(Buffer.alloc(16 * LIMIT));
  server = createServer((request, response) => {
    if (request.url === "/small") return response.end('{"grüß":1}');
    if (request.url === "/zipped") return response.writeHead(200, { "content-encoding": "gzip" }).end(zipped);
    const flood = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    };
    response.on("drain", flood);
    return flood();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("an answer of ours is read whole", async () => {
  expect(await boundedJson(await fetch(`${url}/small`))).toEqual({ grüß: 1 });
});

test.each(["/endless", "/zipped"])("an answer without end is given up: %s", async (path) => {
  await expect(boundedText(await fetch(url + path), LIMIT)).rejects.toThrow(RangeError);
  expect(await boundedJson(await fetch(url + path), LIMIT)).toBeUndefined();
});
