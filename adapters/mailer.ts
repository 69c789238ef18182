// Sends mail through the SMTP server that the administrator has set, under a deadline.
import { createTransport, type Transporter } from "nodemailer";
import { FleetError } from "../contracts/errors.ts";
import type { Secret } from "../contracts/secret.ts";

const TIMEOUT_MS = 10_000;

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls" | "none";
  readonly username: string | null;
  readonly password: Secret | null;
  readonly from: string;
}
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Both throw FleetError MAIL_FAILED, whose message may be shown; it repeats nothing that the server said. */
export interface Mailer {
  send(server: MailServer, message: MailMessage): Promise<void>;
  /** Connects and signs in, and sends nothing. */
  check(server: MailServer): Promise<void>;
}

export function createMailer(): Mailer {
  return {
    async send(server, { to, subject, text }) {
      await withTransport(server, (transport) => transport.sendMail({ from: server.from, to, subject, text }));
    },
    async check(server) {
      await withTransport(server, (transport) => transport.verify());
    },
  };
}

async function withTransport(server: MailServer, work: (transport: Transporter) => Promise<unknown>): Promise<void> {
  const { host, port, security, username, password } = server;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(username === null || password === null ? {} : { auth: { user: username, pass: password.reveal() } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await work(transport);
  } catch (cause) {
    throw new FleetError("MAIL_FAILED", reasonOf(cause), { cause });
  } finally {
    transport.close();
  }
}

/** By the codes that nodemailer documents. */
function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  switch (code) {
    case "EAUTH":
    case "ENOAUTH":
      return "The mail server refuses user name and password.";
    case "EDNS":
      return "The name of the mail server is not known.";
    case "ETLS":
      return "The mail server does not speak TLS as it is set. Check port and security.";
    case "EENVELOPE":
      return "The mail server refuses the sender's or the recipient's address.";
    default:
      return "The mail server does not answer as one. Check its name, port and security.";
  }
}
