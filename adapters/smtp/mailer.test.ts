// Tests of mail by a server's name: what the name leads to is judged, called as judged, and called by its name in TLS.
import { once } from "node:events";
import { createServer, type LookupFunction, type Server } from "node:net";
import { SMTPServer } from "smtp-server";
import { Secret } from "../../contracts/core/secret.ts";
import { startMailServer, type TestMailServer } from "../../tests/support/core/mail-server.ts";
import { createPrivateAuthority, type Certified, type PrivateAuthority } from "../../tests/support/core/private-authority.ts";
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

/** A resolver that gives the next answer each time it is asked, and the last one forever. */
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

test("a name is resolved once per mail, and the mail goes to the address that was checked", async () => {
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
  const message = "The mail server's name does not resolve.";
  await expect(createMailer({ resolve: resolvingTo([]) }).check(server())).rejects.toMatchObject({ message });
});

test("a server that goes on talking and never comes to the point is given up", async () => {
  const talker = createServer((socket) => {
    socket.on("error", () => undefined);
    const talking = setInterval(() => socket.write("220-wait a little\r\n"), 20);
    socket.once("close", () => clearInterval(talking));
  });
  talker.listen(0, "127.0.0.1");
  await once(talker, "listening");
  const bound = talker.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const mailer = createMailer({ resolve: resolvingTo(["127.0.0.1"]), totalTimeoutMs: 300 });
  await expect(mailer.check(server({ port }))).rejects.toMatchObject({ code: "MAIL_FAILED" });
  const closed = once(talker, "close");
  talker.close();
  await closed;
});

describe("with TLS", () => {
  let listener: Server;
  let hello: Promise<string>;
  beforeEach(async () => {
    listener = createServer();
    hello = new Promise((heard) => {
      // Also the second one, in which the certificate is looked at once more.
      listener.on("connection", (socket) => {
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

  test("the server must have a certificate for its name, not for its address", async () => {
    const address = listener.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const checking = createMailer({ resolve: resolvingTo(["127.0.0.1"]) }).check(server({ port, security: "tls" }));
    await expect(checking).rejects.toMatchObject({ code: "MAIL_FAILED" });
    expect(await hello).toContain("mail.test");
  });
});

describe("a mail server under a company's own authority", () => {
  let authority: PrivateAuthority;
  const servers: SMTPServer[] = [];
  beforeAll(async () => {
    authority = await createPrivateAuthority();
  });
  afterAll(async () => {
    for (const each of servers) await new Promise<void>((resolve) => each.close(() => resolve()));
    await authority.remove();
  });

  async function listening(certified: Certified, isSecure: boolean): Promise<MailServer> {
    const smtp = new SMTPServer({ ...certified, secure: isSecure, authOptional: true, logger: false });
    smtp.on("error", () => undefined);
    smtp.listen(0, "127.0.0.1");
    await once(smtp.server, "listening");
    servers.push(smtp);
    const address = smtp.server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return server({ port, security: isSecure ? "tls" : "starttls", username: null, password: null });
  }
  const mailer = (certificates: string | null) =>
    createMailer({ resolve: resolvingTo(["127.0.0.1"]), way: async () => ({ certificates }) });

  test.each([
    ["tls", true],
    ["starttls", false],
  ])("is believed once the authority is added, and not before (%s)", async (_, isSecure) => {
    const target = await listening(await authority.sign("mail.test"), isSecure);
    await mailer(authority.certificate).check(target);
    const refused = { code: "MAIL_FAILED", message: expect.stringContaining("from an unknown authority") };
    await expect(mailer(null).check(target)).rejects.toMatchObject(refused);
  });

  test.each([
    ["has expired", "mail.test", true, "has expired"],
    ["is for another name", "other.test", false, "for a different name"],
  ])("is told apart when its certificate %s", async (_, name, expired, words) => {
    const target = await listening(await authority.sign(name, { expired }), true);
    await expect(mailer(authority.certificate).check(target)).rejects.toMatchObject({
      message: expect.stringContaining(words),
    });
  });
});
