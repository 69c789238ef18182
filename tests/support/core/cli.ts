// Runs `mosaic` inside the test, with streams instead of a terminal and a small HTTP server instead of the API.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { runCli } from "../../../cli/program.ts";

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliSetting {
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in; without it standard input is empty. */
  readonly stdin?: string;
  readonly homeDir?: string;
  /** Standard output and error look like a terminal. */
  readonly terminal?: boolean;
}

export async function mosaic(words: readonly string[], setting: CliSetting = {}): Promise<CliRun> {
  const stdout = collector(setting.terminal);
  const stderr = collector(setting.terminal);
  const stdin = new PassThrough();
  stdin.end(setting.stdin ?? "");
  const exitCode = await runCli(words, {
    env: setting.env ?? {},
    stdin: Object.assign(stdin, { isTTY: false }),
    stdout: stdout.sink,
    stderr: stderr.sink,
    homeDir: setting.homeDir ?? (await emptyHome()),
    hostName: "test-host",
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

export function emptyHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), "mosaic-cli-"));
}

function collector(isTTY = false) {
  let printed = "";
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      printed += chunk.toString();
      done();
    },
  });
  return { sink: Object.assign(sink, { isTTY }), text: () => printed };
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: any;
}
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Writes the answer itself. */
  readonly write?: (response: ServerResponse) => void;
}
export type Answers = Readonly<Record<string, Answer | ((request: SeenRequest) => Answer)>>;

/** Answers by `METHOD /path`; everything else is 404 in the shape of the API. */
export async function startFakeApi(answers: Answers) {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const received = { method, path: url, headers, body: text === "" ? undefined : JSON.parse(text) };
      seen.push(received);
      const found = answers[`${method} ${url}`] ?? {
        status: 404,
        body: { error: { code: "NOT_FOUND", message: "Not here." } },
      };
      const answer = typeof found === "function" ? found(received) : found;
      if (answer.write !== undefined) return answer.write(response);
      response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers });
      response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}
