// A real SMTP server in this process that keeps what it is sent.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface TestMailServer {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly mails: string[];
  close(): Promise<void>;
}

export async function startMailServer(): Promise<TestMailServer> {
  const login = { username: "fleet", password: "mail-password-canary" };
  const mails: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    logger: false,
    onAuth(auth, _session, done) {
      if (auth.username === login.username && auth.password === login.password) return done(null, { user: auth.username });
      done(new Error("refused"));
    },
    onData(stream, _session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
  });
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return { ...login, port, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
