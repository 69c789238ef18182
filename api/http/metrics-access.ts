// Who may read the metrics on the public listener.
import { timingSafeEqual, createHash } from "node:crypto";
import type { Request } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { hostName } from "./ingress.ts";
import { isLoopbackAddress } from "./remote-address.ts";

/** Any of them tells of a proxy on this machine: then a loopback address is the proxy's, not the caller's. */
const PROXY_HEADERS = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];
const BEARER = /^Bearer +(\S+)$/i;

/**
 * With a token: every caller that sends it, and no other. Without one: callers on this machine that use no proxy and send no
 * credential. @throws FleetError UNAUTHENTICATED, FORBIDDEN
 */
export function assertMayReadMetrics(request: Pick<Request, "headers" | "socket">, token: Secret | null): void {
  if (token !== null) {
    const shown = BEARER.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (timingSafeEqual(digest(shown), digest(token.reveal()))) return;
    throw new FleetError("UNAUTHENTICATED", "Send MOSAIC_METRICS_TOKEN as a bearer token.");
  }
  // A credential that nobody checks must not look accepted.
  if (request.headers.authorization !== undefined) {
    throw new FleetError("UNAUTHENTICATED", "No metrics token is set. Omit the credential, or set MOSAIC_METRICS_TOKEN.");
  }
  const name = hostName(request.headers.host);
  const isHere = isLoopbackAddress(request.socket.remoteAddress) && (name === "localhost" || isLoopbackAddress(name ?? ""));
  const isProxied = PROXY_HEADERS.some((header) => request.headers[header] !== undefined);
  if (isHere && !isProxied) return;
  throw new FleetError(
    "FORBIDDEN",
    "Only callers on this machine can read the metrics. Set MOSAIC_METRICS_TOKEN to read them from other machines.",
  );
}

/** Both of one length. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
