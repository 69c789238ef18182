// Changes that other tests make to the machine's networks do not abort requests of a browser under test.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import Docker from "dockerode";
import { z } from "zod";
import { openBrowser } from "../../support/browser/browser.ts";
import { openWindow } from "../../support/browser/browser-world.ts";
import { waitFor } from "../../support/core/wait-for.ts";

const PATIENCE_MS = 300_000;
/** Three times as many as a browser sends to one server at once: the others wait for a connection. */
const REQUESTS = 18;
const AT_ONCE = 6;

test(
  "requests that wait while networks come and go are answered",
  async () => {
    let isHeld = true;
    const held: ServerResponse[] = [];
    const answer = (response: ServerResponse): void => void response.end("answered");
    const server = createServer((request, response) => {
      if (request.url?.startsWith("/asked") === true && isHeld) held.push(response);
      else answer(response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const browser = await openBrowser();
    try {
      const tab = await openWindow(browser, `http://127.0.0.1:${port}`);
      await tab.goto("/");
      const asked = tab.evaluate(
        `Promise.all(Array.from({ length: ${REQUESTS} }, (_, n) => fetch("/asked/" + n).then((each) => each.text(), String)))`,
      );
      await waitFor(() => held.length === AT_ONCE, { timeoutMs: PATIENCE_MS, what: "the others wait" });
      const network = await new Docker().createNetwork({ Name: `mosaic-comes-and-goes-${randomUUID()}` });
      await network.remove();
      isHeld = false;
      held.forEach(answer);
      expect(z.array(z.string()).parse(await asked)).toEqual(Array.from({ length: REQUESTS }, () => "answered"));
    } finally {
      await browser.close();
      server.close();
      server.closeAllConnections();
    }
  },
  PATIENCE_MS,
);
