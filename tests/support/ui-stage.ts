// The built web interface with fixed answers behind it: real headers and policy, no database, no containers.
import { once } from "node:events";
import { join } from "node:path";
import express from "express";
import { serveUi } from "../../api/middleware/serve-ui.ts";
import { setSecurityHeaders } from "../../api/middleware/security-headers.ts";
import { loadUiFiles } from "../../api/ui-files.ts";
import type { Answers } from "./ui-fixtures.ts";

const EMPTY = "/-/empty";
const UI_FOLDER = join(import.meta.dirname, "../../ui/dist");

export interface UiStage {
  readonly url: string;
  /** A page of the same origin without the application: nothing on it asks for anything. */
  readonly emptyUrl: string;
  /** From now on the api answers like this. */
  play(answers: Answers): void;
  close(): Promise<void>;
}

/** @throws Error when the interface has not been built */
export async function startUiStage(): Promise<UiStage> {
  const ui = await loadUiFiles(UI_FOLDER);
  if (ui === null) throw new Error("The web interface has not been built: npm run ui:build");
  let answers: Answers = {};
  const app = express();
  // Before the headers, which take its own storage from whatever is not the application.
  app.get(EMPTY, (_request, response) => void response.type("html").send("<!doctype html><title>Empty</title>"));
  app.use(setSecurityHeaders({ https: false }));
  app.use("/api", (request, response) => {
    const answer = answers[`${request.method} /api${request.path}`];
    if (answer === undefined) response.status(404).json({ error: { code: "NOT_FOUND", message: "Not on this stage." } });
    else response.status(answer.status ?? 200).json(answer.body);
  });
  app.use(serveUi(ui));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    emptyUrl: url + EMPTY,
    play: (next) => void (answers = next),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
