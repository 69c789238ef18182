// The built web interface with fixed answers behind it: real headers and policy, no database, no containers.
import { once } from "node:events";
import { join } from "node:path";
import express from "express";
import { serveUi } from "../../../api/http/serve-ui.ts";
import { setSecurityHeaders } from "../../../api/http/security-headers.ts";
import { loadUiFiles, type UiFile, type UiFiles } from "../../../api/http/ui-files.ts";
import { useWorld } from "../core/use-world.ts";
import type { Answers } from "./ui-fixtures.ts";

const EMPTY = "/-/empty";
const UI_FOLDER = join(import.meta.dirname, "../../../ui/dist");

export interface UiStage {
  readonly url: string;
  /** A page of the same origin without the application: nothing on it asks for anything. */
  readonly emptyUrl: string;
  /** From now on the api answers like this. */
  play(answers: Answers): void;
  close(): Promise<void>;
}

/** What is sent instead of a script. Here and not in the browser, which keeps no script whose requests are intercepted. */
export type RewriteScript = (path: string, script: string) => string;

export const useUiStage = () => useWorld(async (ends) => ends.adopt(await startUiStage(), (stage) => stage.close()));

/** @throws Error when the interface has not been built */
export async function startUiStage(rewrite: RewriteScript | null = null): Promise<UiStage> {
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
  app.use(serveUi(rewrite === null ? ui : rewritten(ui, rewrite)));
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

function rewritten(ui: UiFiles, rewrite: RewriteScript): UiFiles {
  const made = new Map<string, UiFile>();
  const make = (path: string, file: UiFile): UiFile => ({
    ...file,
    bytes: Buffer.from(rewrite(path, file.bytes.toString())),
    gzipped: null,
  });
  return {
    page: ui.page,
    file(path) {
      const file = ui.file(path);
      if (file === null || !path.endsWith(".js")) return file;
      const known = made.get(path) ?? make(path, file);
      made.set(path, known);
      return known;
    },
  };
}
