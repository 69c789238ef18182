// The graceful end of a server.
import { once } from "node:events";
import express from "express";
import { createHttpServer, drain, listen } from "./http-server.ts";

const NO_GRACE = { drainMs: 0, lastGraspMs: 0 } as const;

test("an answer under way ends before the server does; new connections are refused meanwhile", async () => {
  const app = express();
  const finish = new EventTarget();
  app.get("/slow", (_request, response) => {
    response.write("first ");
    finish.addEventListener("go", () => response.end("last"));
  });
  const server = createHttpServer(app);
  const url = `http://127.0.0.1:${await listen(server, 0, "127.0.0.1")}`;
  const answer = await fetch(`${url}/slow`);
  const drained = drain(server, { drainMs: 60_000, lastGraspMs: 0 }, () => undefined);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  finish.dispatchEvent(new Event("go"));
  expect(await answer.text()).toBe("first last");
  await drained;
});

test("what does not end in time is told, and then cut", async () => {
  const app = express();
  app.get("/endless", (_request, response) => void response.write("…"));
  const server = createHttpServer(app);
  const answer = await fetch(`http://127.0.0.1:${await listen(server, 0, "127.0.0.1")}/endless`);
  let told = false;
  await drain(server, NO_GRACE, () => (told = true));
  expect(told).toBe(true);
  await expect(answer.text()).rejects.toThrow("terminated");
});

test("a port that is taken is an error, not a crash", async () => {
  const first = createHttpServer(express());
  const port = await listen(first, 0, "127.0.0.1");
  await expect(listen(createHttpServer(express()), port, "127.0.0.1")).rejects.toMatchObject({ code: "EADDRINUSE" });
  first.close();
  await once(first, "close");
});
