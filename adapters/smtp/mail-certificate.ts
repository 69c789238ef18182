// Looks at a mail server's certificate, to say what is wrong with it.
import { once } from "node:events";
import { isIP, type Socket } from "node:net";
import { connect } from "node:tls";
import { certificateProblem, type CertificateProblem } from "../outbound/certificate-problem.ts";

const TIMEOUT_MS = 5_000;
const LINE_MAX_CHARS = 65_536;

export interface MailCertificateOptions {
  /** The name that the certificate has to be for. */
  readonly host: string;
  /** Undefined: the usual authorities. */
  readonly ca: string[] | undefined;
  /** By STARTTLS (RFC 3207) rather than from the first byte. */
  readonly isUpgraded: boolean;
}

/** Takes the connection over, and closes it. Null: nothing is wrong with the certificate, or it did not come so far. */
export async function mailCertificateProblem(
  socket: Socket,
  options: MailCertificateOptions,
): Promise<CertificateProblem | null> {
  const { host, ca, isUpgraded } = options;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  socket.on("error", () => undefined);
  try {
    if (isUpgraded) for (const line of [null, "EHLO mosaic-fleet", "STARTTLS"]) await replied(socket, line, signal);
    const secured = connect({
      socket,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
    });
    await once(secured, "secureConnect", { signal });
    return null;
  } catch (error) {
    // By shape: errors of Node's own modules belong to another realm under a test runner.
    const isCoded = typeof error === "object" && error !== null && "code" in error;
    return certificateProblem(isCoded ? String(error.code) : "");
  } finally {
    socket.destroy();
  }
}

/** Sends a line, or nothing, and waits for the last line of the reply: a code and a space (RFC 5321, section 4.2.1). */
async function replied(socket: Socket, line: string | null, signal: AbortSignal): Promise<void> {
  if (line !== null) socket.write(`${line}\r\n`);
  for (let text = ""; !/^\d{3} [^\n]*\n/m.test(text);) {
    const [chunk]: unknown[] = await once(socket, "data", { signal });
    text = (text + String(chunk)).slice(-LINE_MAX_CHARS);
  }
}
