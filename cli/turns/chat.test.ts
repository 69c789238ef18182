// `mosaic chat`: streamed answers, progress, failures midway.
import type { ServerResponse } from "node:http";
import { mosaic, startFakeApi, type CliSetting } from "../../tests/support/core/cli.ts";

let api: Awaited<ReturnType<typeof startFakeApi>>;
afterEach(() => api.close());

async function chat(events: readonly string[], words: readonly string[], setting: CliSetting = {}) {
  const write = (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events) response.write(`${event}\n\n`);
    response.end();
  };
  api = await startFakeApi({ "POST /api/chat": { write } });
  return mosaic(["chat", ...words], { ...setting, env: { MOSAIC_URL: api.url, MOSAIC_API_KEY: "mpk_a_b", ...setting.env } });
}

const PROGRESS = 'event: progress\ndata: {"phase":"booting","message":"Your agent wakes up","elapsedMs":12000}';
const ANSWER = [": keep-alive", 'data: {"content":"Good "}', 'data: {"content":"morning"}', "data: [DONE]"];

test("prints the answer as it comes, and nothing else in a pipe", async () => {
  const { exitCode, stdout, stderr } = await chat([PROGRESS, ...ANSWER], ["Hello", "you"]);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "Good morning\n", stderr: "" });
  expect(api.seen[0]?.body).toEqual({ message: "Hello you", conversationId: "main" });
});

test("shows at a terminal how the start goes, and wipes it before the answer", async () => {
  const { stderr, stdout } = await chat([PROGRESS, ...ANSWER], ["Hello"], { terminal: true });
  expect(stderr).toContain("Your agent wakes up (12 s)");
  expect(stderr.endsWith("\u001b[2K")).toBe(true);
  expect(stdout).toBe("Good morning\n");
});

test("with --json prints one document at the end", async () => {
  const { stdout } = await chat(ANSWER, ["-c", "travel", "Hello", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ conversationId: "travel", reply: "Good morning" });
  expect(api.seen[0]?.body).toMatchObject({ conversationId: "travel" });
});

test("takes the message from a pipe", async () => {
  await chat(ANSWER, [], { stdin: "From the pipe\n" });
  expect(api.seen[0]?.body).toMatchObject({ message: "From the pipe" });
});

test("puts a pipe behind the words where a dash stands for it", async () => {
  await chat(ANSWER, ["Review this:", "-"], { stdin: "the diff\n" });
  expect(api.seen[0]?.body).toMatchObject({ message: "Review this:\n\nthe diff" });
});

test("says so when there is nothing to say", async () => {
  const { exitCode } = await chat(ANSWER, []);
  expect(exitCode).toBe(2);
  expect(api.seen).toEqual([]);
});

test("a failure midway ends with the code of its error", async () => {
  const failed = 'event: error\ndata: {"error":{"code":"GATEWAY_UNAVAILABLE","message":"Your agent went away."}}';
  const { exitCode, stdout, stderr } = await chat(['data: {"content":"Good "}', failed], ["Hello"]);
  expect(exitCode).toBe(69);
  expect(stdout).toContain("Good ");
  expect(stderr).toContain("Your agent went away.");
});

test("an answer that is cut off is not mistaken for a whole one", async () => {
  const { exitCode, stderr } = await chat(['data: {"content":"Good "}'], ["Hello"]);
  expect(exitCode).toBe(69);
  expect(stderr).toContain("cut off");
});

test("an agent's words cannot steer the terminal", async () => {
  const { stdout } = await chat(['data: {"content":"a\\u001b[2Jb"}', "data: [DONE]"], ["Hello"]);
  expect(stdout).toBe("a[2Jb\n");
});

test("a conversation's name that the API would refuse is refused at once", async () => {
  const { exitCode } = await chat(ANSWER, ["-c", "not allowed!", "Hello"]);
  expect(exitCode).toBe(2);
  expect(api.seen).toEqual([]);
});
