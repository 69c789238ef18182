// `POST /openclaw/chat` where the gateway cannot be reached, must not be, or sends us elsewhere.
import { createServer } from "node:http";
import { once } from "node:events";
import { failure, HELLO, UNAVAILABLE, useOpenclawChat } from "../../support/registered-agents/openclaw-chat.ts";
import { answers, DONE, SAID, streams, useRecordingGateway } from "../../support/registered-agents/recording-gateway.ts";
import { GATEWAY_TOKEN } from "../../support/registered-agents/register.ts";

const { gateway, move, textOf } = useOpenclawChat();
const other = useRecordingGateway();

describe("a gateway that cannot be reached", () => {
  test("because nothing listens there is unavailable", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    await move(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
    expect(await textOf()).toBe(failure(UNAVAILABLE));
  });

  test("because its name is unknown is unavailable", async () => {
    await move("http://nobody.invalid");
    expect(await textOf()).toBe(failure(UNAVAILABLE));
  });

  test("because it hangs up is unavailable, also in the middle", async () => {
    gateway.answer((response) => response.destroy());
    expect(await textOf()).toBe(failure(UNAVAILABLE));
    gateway.answer((response) => void response.writeHead(200).write(SAID("a"), () => response.socket?.resetAndDestroy()));
    expect(await textOf()).toBe(`data: {"content":"a"}\n\n${failure(UNAVAILABLE)}`);
  });

  test("because it says nothing, before its headers or after them, is unavailable", async () => {
    gateway.answer(() => {});
    expect(await textOf()).toBe(failure(UNAVAILABLE));
    gateway.answer((response) => void response.writeHead(200).write(SAID("a")));
    expect(await textOf()).toBe(`data: {"content":"a"}\n\n${failure(UNAVAILABLE)}`);
  });

  test.each(["http://10.9.9.9", "http://169.254.169.254", "http://[::1]:9"])(
    "because %s must not be called is refused",
    async (url) => {
      await move(url);
      const text = await textOf();
      expect(text).toContain("OpenClaw request failed for agent 'scout': ");
      expect(text).not.toContain(new URL(url).hostname);
    },
  );
});

describe("redirects", () => {
  const to = (location: string, status = 307) => answers(status, {}, { location });

  test.each([307, 308])("%i is followed with the same request, and the token goes to the same origin alone", async (status) => {
    gateway.answer((response, request) => {
      const onward = request.path.startsWith("/moved") ? to(`${other.url}/there?x=1`, status) : to("/moved", status);
      onward(response, request);
    });
    other.answer(streams(`${SAID("a")}${DONE}`));
    expect(await textOf()).toBe(`data: {"content":"a"}\n\n${DONE}`);
    expect(gateway.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/base/v1/chat/completions", `Bearer ${GATEWAY_TOKEN}`],
      ["/moved", `Bearer ${GATEWAY_TOKEN}`],
    ]);
    const [last] = other.requests as [any];
    expect([last.method, last.path, last.headers.authorization]).toEqual(["POST", "/there?x=1", undefined]);
    expect(last.body).toEqual({ ...HELLO, agent: undefined, model: "openclaw:main", stream: true });
  });

  test("three are followed, a fourth is not", async () => {
    const round = (max: number) => {
      gateway.answer((response, request) =>
        (gateway.requests.length <= max ? to(`/${gateway.requests.length}`) : streams(DONE))(response, request),
      );
    };
    round(3);
    expect(await textOf()).toBe(DONE);
    round(4);
    expect(await textOf()).toBe(failure("OpenClaw request failed for agent 'scout': it redirects more than 3 times"));
    expect(gateway.requests).toHaveLength(4);
  });

  test.each([301, 302, 303])("%i fails", async (status) => {
    gateway.answer(to("/moved", status));
    expect(await textOf()).toBe(failure(`OpenClaw request failed for agent 'scout': it answered with status ${status}`));
    expect(gateway.requests).toHaveLength(1);
  });

  test.each(["http://10.9.9.9/x", "http://169.254.169.254/latest", "file:///etc/passwd"])(
    "one to %s fails",
    async (location) => {
      gateway.answer(to(location));
      expect(await textOf()).toContain("OpenClaw request failed for agent 'scout': ");
      expect(gateway.requests).toHaveLength(1);
    },
  );
});
