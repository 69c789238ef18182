// Tests of mail by a server's name: what the name leads to is judged, called as judged, and called by its name in TLS.
import { once } from "node:events";
import { createServer, type LookupFunction, type Server } from "node:net";
import { Secret } from "../contracts/secret.ts";
import { startMailServer, type TestMailServer } from "../tests/support/mail-server.ts";
import { createMailer, type MailServer } from "./mailer.ts";

const MAIL = { to: "ann@example.org", subject: "Hello", text: "Hello Ann" };
const REFUSED = { code: "MAIL_FAILED", message: expect.stringContaining("metadata address") };

let mail: TestMailServer;
beforeAll(async () => {
  mail = await startMailServer();
});
afterAll(() => mail.close());

function server(change: Partial<MailServer> = {}): MailServer {
  const { port, username, password } = mail;
  const login = { username, password: new Secret(password), from: "fleet@example.org" };
  return { host: "mail.test", port, security: "none", ...login, ...change };
}

/** A resolver that gives the next answer each time it is asked, and the last one for ever. */
function resolvingTo(...answers: readonly string[][]): LookupFunction & { asked: () => number } {
  let asked = 0;
  const resolve: LookupFunction = (_name, _options, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return Object.assign(resolve, { asked: () => asked });
}

test.each([
  ["169.254.169.254"],
  ["169.254.1.1"],
  ["100.100.100.200"],
  ["fe80::1"],
  ["fd00:ec2::254"],
  ["::ffff:169.254.169.254"],
])("a name that leads to %s, or to that among others, is never called", async (forbidden) => {
  const before = mail.mails.length;
  for (const addresses of [[forbidden], ["127.0.0.1", forbidden]]) {
    const mailer = createMailer({ resolve: resolvingTo(addresses) });
    await expect(mailer.check(server())).rejects.toMatchObject(REFUSED);
    await expect(mailer.send(server(), MAIL)).rejects.toMatchObject(REFUSED);
  }
  await expect(createMailer().send(server({ host: forbidden }), MAIL)).rejects.toMatchObject(REFUSED);
  expect(mail.mails).toHaveLength(before);
});

test("a name is asked for once a mail, and the mail goes to the address that was judged", async () => {
  const rebinding = resolvingTo(["127.0.0.1"], ["169.254.169.254"]);
  const mailer = createMailer({ resolve: rebinding });
  await mailer.send(server(), MAIL);
  expect([rebinding.asked(), mail.mails.at(-1)]).toEqual([1, expect.stringContaining("Hello Ann")]);
  await expect(mailer.send(server(), MAIL)).rejects.toMatchObject(REFUSED);
});

test("the next address of a name is tried when the first does not answer", async () => {
  const before = mail.mails.length;
  await createMailer({ resolve: resolvingTo(["127.0.0.3", "127.0.0.1"]) }).send(server(), MAIL);
  expect(mail.mails).toHaveLength(before + 1);
});

test("a name that nobody knows is told as such", async () => {
  const message = "The name of the mail server is not known.";
  await expect(createMailer({ resolve: resolvingTo([]) }).check(server())).rejects.toMatchObject({ message });
});

describe("with TLS", () => {
  let listener: Server;
  let hello: Promise<string>;
  beforeEach(async () => {
    listener = createServer();
    hello = new Promise((heard) => {
      listener.once("connection", (socket) => {
        socket.on("error", () => undefined);
        socket.once("data", (bytes) => {
          heard(bytes.toString("latin1"));
          socket.destroy();
        });
      });
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
  });
  afterEach(async () => {
    const closed = once(listener, "close");
    listener.close();
    await closed;
  });

  test("the server is asked for the certificate of its name, not of its address", async () => {
    const address = listener.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const checking = createMailer({ resolve: resolvingTo(["127.0.0.1"]) }).check(server({ port, security: "tls" }));
    await expect(checking).rejects.toMatchObject({ code: "MAIL_FAILED" });
    expect(await hello).toContain("mail.test");
  });
});
