// Sends mail through the SMTP server that the administrator has set, under a deadline.
import { lookup as resolveName } from "node:dns";
import { once } from "node:events";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { createTransport, type Transporter } from "nodemailer";
import { FleetError } from "../contracts/errors.ts";
import type { Secret } from "../contracts/secret.ts";
import { checkedLookup } from "./checked-lookup.ts";
import { judgeAddress } from "./outbound-address.ts";

const TIMEOUT_MS = 10_000;
/** For each address of a name in turn, so that one that does not answer leaves time for the next. */
const ATTEMPT_TIMEOUT_MS = 2_500;

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

export interface MailerOptions {
  /** How a name becomes addresses; Node's own resolver unless a test gives another. */
  readonly resolve?: LookupFunction;
}

export function createMailer({ resolve = resolveName }: MailerOptions = {}): Mailer {
  const withServer = async (server: MailServer, work: (transport: Transporter) => Promise<unknown>): Promise<void> => {
    try {
      await withTransport(server, await openConnection(server, resolve), work);
    } catch (cause) {
      if (cause instanceof FleetError) throw cause;
      throw new FleetError("MAIL_FAILED", reasonOf(cause), { cause });
    }
  };
  return {
    async send(server, { to, subject, text }) {
      await withServer(server, (transport) => transport.sendMail({ from: server.from, to, subject, text }));
    },
    async check(server) {
      await withServer(server, (transport) => transport.verify());
    },
  };
}

/** Opened here and not by nodemailer, which would ask for the name on its own: the address that is judged is the one called. */
async function openConnection({ host, port }: MailServer, resolve: LookupFunction): Promise<Socket> {
  // No resolver is asked for a literal address.
  if (isIP(host) !== 0) assertNoMetadata(host);
  const lookup = checkedLookup(resolve, assertNoMetadata);
  const socket = connect({ host, port, lookup, autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return socket;
  } catch (error) {
    socket.on("error", () => undefined).destroy();
    throw error;
  }
}

/** Mail servers stand at home and inside as well; where a cloud hands out its machine's own credentials none does. */
function assertNoMetadata(address: string): void {
  if (judgeAddress(address, {}) !== "metadata") return;
  throw new FleetError("MAIL_FAILED", "The mail server has a link-local or metadata address. Such are never called.");
}

async function withTransport(
  { host, port, security, username, password }: MailServer,
  connection: Socket,
  work: (transport: Transporter) => Promise<unknown>,
): Promise<void> {
  const transport = createTransport({
    connection,
    // The name that the certificate has to be for.
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
  } finally {
    transport.close();
    connection.destroy();
  }
}

/** By the codes that nodemailer documents, and those of the resolver. */
function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  switch (code) {
    case "EAUTH":
    case "ENOAUTH":
      return "The mail server refuses user name and password.";
    case "ENOTFOUND":
    case "ENODATA":
    case "EAI_AGAIN":
    case "EAI_FAIL":
      return "The name of the mail server is not known.";
    case "ETLS":
      return "The mail server does not speak TLS as it is set. Check port and security.";
    case "EENVELOPE":
      return "The mail server refuses the sender's or the recipient's address.";
    default:
      return "The mail server does not answer as one. Check its name, port and security.";
  }
}
