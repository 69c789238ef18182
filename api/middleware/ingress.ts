// What is refused or dropped before a route is looked for: foreign hosts, and headers that only we may set.
import { isIP } from "node:net";
import type { Request, RequestHandler } from "express";
import { FleetError } from "../../contracts/errors.ts";

const DROPPED_PREFIXES = ["x-oa-", "x-openclaw-"];

/** Identity headers from outside are never looked at, so that no later code can trust them by mistake (K6). */
export const dropForeignHeaders: RequestHandler = (request, _response, next) => {
  for (const name of Object.keys(request.headers)) {
    if (DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix))) delete request.headers[name];
  }
  next();
};

/**
 * Refuses a host name that is not ours: a page of a foreign name that resolves to us (DNS rebinding) would otherwise
 * count as same-origin. Addresses and `localhost` cannot be rebound.
 */
export function checkHost(publicUrl: URL | null): RequestHandler {
  return (request, _response, next) => {
    // RFC 9112, section 3.2: none is malformed, and of two a proxy may have looked at the other one.
    const hosts = request.headersDistinct["host"] ?? [];
    if (hosts.length !== 1) return next(new FleetError("BAD_REQUEST", "Send the header Host once."));
    const name = hostName(hosts[0]);
    const known = name !== null && (name === "localhost" || isIP(name) !== 0 || name === publicUrl?.hostname);
    if (known) return next();
    next(new FleetError("FORBIDDEN", "This host name is not served here. Set MOSAIC_PUBLIC_URL to the address people use."));
  };
}

/** The host without port and brackets; null when there is none or it is malformed. */
function hostName(host: string | undefined): string | null {
  if (host === undefined || !URL.canParse(`http://${host}`)) return null;
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "");
}

/**
 * The origins that pages of ours have. A page of the public name served without TLS is not ours when the public URL is
 * https; beside it, only what cannot be a foreign name (see checkHost) may be called directly.
 */
export function ownOrigins(publicUrl: URL | null, request: Request): readonly string[] {
  const { host } = request.headers;
  const direct = host === undefined || hostName(host) === publicUrl?.hostname ? [] : [`http://${host}`];
  return publicUrl === null ? direct : [publicUrl.origin, ...direct];
}
