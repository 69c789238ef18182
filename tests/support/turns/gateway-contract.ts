// What we rely on in an agent's gateway. The same tests run against the fake one and, in end-to-end tests, the real one.
import { z } from "zod";
import type { Response } from "undici";
import { createSseParser } from "../../../contracts/core/event-stream.ts";
import { newGatewayTls, pinnedFetch } from "./gateway-tls.ts";

const wholeSchema = z.looseObject({ choices: z.tuple([z.looseObject({ message: z.looseObject({ content: z.string() }) })]) });

export interface GatewayUnderTest {
  readonly url: string;
  /** PEM, that it proves itself with. */
  readonly certificate: string;
  readonly token: string;
  /** A wrong token more counts towards the lock-out of ten; the real gateway then keeps us out for five minutes. */
  close(): Promise<void>;
}

/** The model behind the gateway must repeat what is said and quote the first message, as the demonstration model does. */
export function describeGatewayContract(name: string, open: () => Promise<GatewayUnderTest>, timeoutMs = 60_000): void {
  describe(`the gateway contract, kept by ${name}`, () => {
    let gateway: GatewayUnderTest;
    let fetch: ReturnType<typeof pinnedFetch>;
    beforeAll(async () => {
      gateway = await open();
      fetch = pinnedFetch(gateway.certificate);
    }, timeoutMs);
    afterAll(async () => await gateway.close());

    const call = (path: string, body?: unknown, token = gateway.token): Promise<Response> =>
      fetch(gateway.url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const say = (content: string, more: object = {}): Promise<Response> =>
      call("/v1/chat/completions", { model: "openclaw:main", messages: [{ role: "user", content }], ...more });
    const wholeText = async (response: Response): Promise<string> =>
      wholeSchema.parse(await response.json()).choices[0].message.content;

    test.each(["/healthz", "/startupz", "/readyz"])("answers %s without a token", async (path) => {
      expect((await fetch(gateway.url + path)).status).toBe(200);
    });

    test("is nobody that holds another certificate, and speaks to nobody without TLS", async () => {
      await expect(pinnedFetch(newGatewayTls().certificate)(`${gateway.url}/healthz`)).rejects.toThrow();
      await expect(globalThis.fetch(`${gateway.url.replace("https:", "http:")}/healthz`)).rejects.toThrow();
    });

    test("refuses a wrong token with 401", async () => {
      const response = await call("/v1/models", undefined, "wrong");
      expect(response.status).toBe(401);
    });

    test("lists itself as a model", async () => {
      expect(await (await call("/v1/models")).json()).toMatchObject({
        object: "list",
        data: expect.arrayContaining([expect.objectContaining({ id: "openclaw" })]),
      });
    });

    test("refuses an agent that it does not have", async () => {
      const response = await say("hello", { model: "openclaw:nobody" });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining("nobody") } });
    });

    test(
      "streams the role at once, then content, a reason to stop, usage when asked, and [DONE]",
      async () => {
        const response = await say("hello stream", { stream: true, stream_options: { include_usage: true } });
        expect(response.headers.get("content-type")).toContain("text/event-stream");
        const events = createSseParser()
          .push(await response.text())
          .map(({ data }) => data);
        const chunks = events.flatMap((data) => (data.startsWith("{") ? [JSON.parse(data)] : []));
        expect(chunks[0].choices[0].delta.role).toBe("assistant");
        const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
        expect(text).toContain("hello stream");
        expect(chunks.some((chunk) => chunk.choices[0]?.finish_reason === "stop")).toBe(true);
        // The real gateway counts what the model behind it reports, which may be nothing.
        expect(chunks.at(-1).usage.total_tokens).toBeGreaterThanOrEqual(0);
        expect(events.at(-1)).toBe("[DONE]");
      },
      timeoutMs,
    );

    test(
      "keeps a conversation that `user` names, so that only the newest message is sent",
      async () => {
        const user = `conv:contract-${Date.now()}`;
        await wholeText(await say("My parrot is called Hugo.", { user }));
        const text = await wholeText(await say("What is his name?", { user }));
        expect(text).toContain("What is his name?");
        expect(text).toContain("My parrot is called Hugo.");
      },
      timeoutMs,
    );

    test(
      "forgets what is said without `user`",
      async () => {
        await wholeText(await say("The secret word is xylophone."));
        expect(await wholeText(await say("Which word?"))).not.toContain("xylophone");
      },
      timeoutMs,
    );
  });
}
