// TLS to the holder of one certificate only, whatever server has the address.
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { buildConnector } from "undici";
import { GATEWAY_SERVER_NAME } from "../../contracts/containers/agent-container.ts";

/**
 * A connector for undici. It fails before any byte of a request is sent if the server does not hold the certificate's key. It
 * caches TLS sessions, so each certificate needs its own connector.
 */
export function pinnedConnector(certificate: string, timeoutMs: number): buildConnector.connector {
  const pinned = new X509Certificate(certificate);
  return buildConnector({
    timeout: timeoutMs,
    servername: GATEWAY_SERVER_NAME,
    // Created once: otherwise each connection would parse the certificate. No other authority is trusted.
    secureContext: createSecureContext({ ca: certificate, minVersion: "TLSv1.3" }),
    rejectUnauthorized: true,
    checkServerIdentity: (_name, { raw }) => (pinned.raw.equals(raw) ? undefined : new Error("Another certificate was shown.")),
  });
}
