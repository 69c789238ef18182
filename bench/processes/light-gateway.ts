// Light gateways in a separate process, so that they share no event loop with the measurement: one for each address, each with
// the certificate and the token of its start. All answer immediately, with a stream of twenty chunks.
import { once } from "node:events";
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { GATEWAY_PORT } from "../../contracts/containers/agent-container.ts";

const PIECES = 20;
const HEADERS = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
const EVENTS = [
  eventOf({ role: "assistant" }, null),
  ...Array.from({ length: PIECES }, (_, piece) => eventOf({ content: `word ${piece} ` }, null)),
  eventOf({}, "stop"),
];

const startsSchema = z.array(
  z.object({ host: z.string(), token: z.string(), tls: z.object({ certificate: z.string(), key: z.string() }) }),
);

function eventOf(delta: object, reason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  const facts = { id: "chatcmpl_light", created: 0, model: "openclaw", object: "chat.completion.chunk" };
  return `data: ${JSON.stringify({ ...facts, choices })}\n\n`;
}

async function answer(request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
  await json(request);
  if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
  response.writeHead(200, HEADERS);
  for (const event of EVENTS) response.write(event);
  response.end("data: [DONE]\n\n");
}

for (const { host, token, tls } of startsSchema.parse(await json(process.stdin))) {
  const server = createServer({ cert: tls.certificate, key: tls.key }, (request, response) => {
    answer(request, response, token).catch(() => response.destroy());
  });
  server.listen(GATEWAY_PORT, host);
  await once(server, "listening");
}
console.log("listening");
