// Sends mail through the SMTP server that the administrator has set, under a deadline.
import { lookup as resolveName } from "node:dns";
import { once } from "node:events";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import { createTransport, type Transporter } from "nodemailer";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { checkedLookup } from "../outbound/checked-lookup.ts";
import type { CertificateProblem } from "../outbound/certificate-problem.ts";
import { mailCertificateProblem } from "./mail-certificate.ts";
import { judgeAddress } from "../outbound/outbound-address.ts";
import { authorities, DIRECT, type OutboundWay } from "../outbound/outbound-way.ts";

const TIMEOUT_MS = 10_000;
/** Of a whole conversation: a server that says a little now and then is never silent. */
const TOTAL_TIMEOUT_MS = 60_000;
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
  readonly totalTimeoutMs?: number;
  /** Asked at every mail: which certificate authorities are believed. Mail itself never goes through a proxy. */
  readonly way?: () => Promise<Pick<OutboundWay, "certificates">>;
}

interface Trust {
  /** Undefined: the usual authorities. */
  readonly ca: string[] | undefined;
}

export function createMailer(options: MailerOptions = {}): Mailer {
  const { resolve = resolveName, totalTimeoutMs = TOTAL_TIMEOUT_MS, way } = options;
  const withServer = async (server: MailServer, work: (transport: Transporter) => Promise<unknown>): Promise<void> => {
    const trust = { ca: authorities((await way?.()) ?? DIRECT) };
    try {
      const connection = await openConnection(server, resolve);
      const cut = setTimeout(() => connection.destroy(new Error("The mail server did not respond in time.")), totalTimeoutMs);
      await withTransport({ server, trust, connection }, work).finally(() => clearTimeout(cut));
    } catch (cause) {
      if (cause instanceof FleetError) throw cause;
      const certificate = isTlsFailure(cause) ? await examine(server, trust, resolve) : null;
      throw new FleetError("MAIL_FAILED", certificate === null ? reasonOf(cause) : CERTIFICATE_MESSAGES[certificate], {
        cause,
      });
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
  // A literal address needs no resolver.
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
  throw new FleetError("MAIL_FAILED", "The mail server has a link-local or metadata address, which is not allowed.");
}

interface Attempt {
  readonly server: MailServer;
  readonly trust: Trust;
  readonly connection: Socket;
}

/** nodemailer keeps only the text of what failed below it: where TLS is in play, the certificate is looked at once more. */
async function examine(server: MailServer, { ca }: Trust, resolve: LookupFunction): Promise<CertificateProblem | null> {
  const { host, security } = server;
  if (security === "none") return null;
  try {
    const socket = await openConnection(server, resolve);
    return await mailCertificateProblem(socket, { host, ca, isUpgraded: security === "starttls" });
  } catch {
    return null; // what is told then is how the mail itself failed
  }
}

function isTlsFailure(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return code === "ETLS" || code === "ESOCKET";
}

async function withTransport(
  { server: { host, port, security, username, password }, trust: { ca }, connection }: Attempt,
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
    ...(ca === undefined ? {} : { tls: { ca } }),
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

const CERTIFICATE_MESSAGES: Readonly<Record<CertificateProblem, string>> = {
  certificate_refused: "The mail server's certificate was not accepted.",
  certificate_authority_unknown:
    "The mail server's certificate is from an unknown authority. Add the authority under Outbound connections.",
  certificate_self_signed: "The mail server's certificate is self-signed. Add the certificate under Outbound connections.",
  certificate_expired: "The mail server's certificate has expired or is not valid yet.",
  certificate_other_name: "The mail server's certificate was issued for a different name. Use the name in the certificate.",
};

/** By the codes that nodemailer documents, and those of the resolver. */
function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  switch (code) {
    case "EAUTH":
    case "ENOAUTH":
      return "The mail server rejects the user name or password.";
    case "ENOTFOUND":
    case "ENODATA":
    case "EAI_AGAIN":
    case "EAI_FAIL":
      return "The mail server's name does not resolve.";
    case "ETLS":
      return "The mail server does not speak TLS as configured. Check the port and encryption.";
    case "EENVELOPE":
      return "The mail server rejects the sender's or the recipient's address.";
    default:
      return "The server does not respond like a mail server. Check its name, port and encryption.";
  }
}
