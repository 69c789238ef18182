// A gateway somewhere outside: plain HTTP, keeps what it was asked, and answers as a test says.
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { useWorld } from "../core/use-world.ts";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Parsed; null without one. */
  readonly body: any;
  /** True once the caller has closed the connection before the answer was complete. */
  wasAborted: boolean;
}

type Answer = (response: ServerResponse, request: RecordedRequest) => void;

export interface RecordingGateway {
  readonly url: string;
  readonly port: number;
  readonly requests: RecordedRequest[];
  /** From now on; what was recorded is forgotten. */
  answer(how: Answer): void;
  close(): Promise<void>;
}

export const SAID = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
export const DONE = "data: [DONE]\n\n";

/** The whole stream at once. */
export const streams =
  (text: string): Answer =>
  (response) =>
    void response.writeHead(200, { "content-type": "text/event-stream" }).end(text);

export const answers =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

export const useRecordingGateway = () =>
  useWorld(async (ends) => ends.adopt(await startRecordingGateway(), ({ close }) => close()));

export async function startRecordingGateway(): Promise<RecordingGateway> {
  const requests: RecordedRequest[] = [];
  let answer: Answer = streams(DONE);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url: path = "", headers } = request;
    const text = await readText(request);
    const record = { method, path, headers, body: text === "" ? null : JSON.parse(text), wasAborted: false };
    response.once("close", () => void (record.wasAborted = !response.writableFinished));
    requests.push(record);
    answer(response, record);
  };
  const listener: RequestListener = (request, response) => void handle(request, response).catch(() => response.destroy());
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    answer(how) {
      requests.length = 0;
      answer = how;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
