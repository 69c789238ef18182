/** @jest-environment node */
// The programs that the pages print run as they are, with a key in the environment, and say what the agent answered.
import { execFile } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { KEY_VARIABLE, snippetOf, whoAmI, type SnippetLanguage } from "./snippets.ts";

const KEY = "oak_live_abcdefghij234567abcd_secret";
const ANSWER = "Hello from the agent.";
const RUN: Readonly<Record<SnippetLanguage, (program: string) => readonly [string, readonly string[]]>> = {
  curl: (program) => ["sh", ["-c", program]],
  javascript: (program) => [process.execPath, ["--input-type=module", "--eval", program]],
  python: (program) => ["python3", ["-c", program]],
};

interface Seen {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

async function withServer<T>(status: number, work: (origin: string, seen: readonly Seen[]) => Promise<T>): Promise<T> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    seen.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization, body });
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ choices: [{ message: { role: "assistant", content: ANSWER } }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  try {
    return await work(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, seen);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

function run(language: SnippetLanguage, program: string): Promise<{ stdout: string; stderr: string }> {
  const [command, words] = RUN[language](program);
  return promisify(execFile)(command, [...words], { env: { PATH: process.env["PATH"], [KEY_VARIABLE]: KEY } });
}

test.each(["curl", "javascript", "python"] as const)("%s sends the key and prints the answer", async (language) => {
  await withServer(200, async (origin, seen) => {
    const { stdout } = await run(language, snippetOf(language, origin));
    expect(stdout).toContain(ANSWER);
    expect(seen).toMatchObject([{ line: "POST /v1/chat/completions", authorization: `Agent ${KEY}` }]);
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ model: "openclaw", messages: [{ role: "user", content: "Hello" }] });
  });
});

test.each(["javascript", "python"] as const)("%s fails when the key is refused", async (language) => {
  await withServer(401, async (origin) => {
    await expect(run(language, snippetOf(language, origin))).rejects.toMatchObject({ code: 1 });
  });
});

test("an agent can ask who it is", async () => {
  await withServer(200, async (origin, seen) => {
    await run("curl", whoAmI(origin));
    expect(seen).toMatchObject([{ line: "GET /agent/me", authorization: `Agent ${KEY}` }]);
  });
});
