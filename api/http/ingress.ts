// What is refused or dropped before a route is looked for: foreign hosts, and headers that only we may set.
import { isIP } from "node:net";
import type { Request, RequestHandler } from "express";
import { AGENT_KEY_HEADER } from "../../contracts/agents/facts.ts";
import { FleetError } from "../../contracts/core/errors.ts";

const DROPPED_PREFIXES = ["x-oa-", "x-openclaw-"];

/** Identity headers from outside are never looked at, so that no later code can trust them by mistake. A key is none. */
export const dropForeignHeaders: RequestHandler = (request, _response, next) => {
  for (const name of Object.keys(request.headers)) {
    if (name !== AGENT_KEY_HEADER && DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix))) delete request.headers[name];
  }
  next();
};

/** Calls to a name that is not ours which showed a key. */
const underForeignHost = new WeakSet<Request>();

/**
 * Refuses a host name that is not ours: a page of a foreign name that resolves to us (DNS rebinding) would otherwise
 * count as same-origin. Addresses and `localhost` cannot be rebound. What shows a key and no cookie may go on as far as a
 * route that the key itself opens (see refuseForeignHost): no page of another site has the key.
 */
export function checkHost(publicUrl: URL | null, furtherHosts: readonly string[] = []): RequestHandler {
  return (request, _response, next) => {
    // RFC 9112, section 3.2: none is malformed, and of two a proxy may have looked at the other one.
    const hosts = request.headersDistinct["host"] ?? [];
    if (hosts.length !== 1) return next(new FleetError("BAD_REQUEST", "Send the header Host once."));
    const name = hostName(hosts[0]);
    if (name !== null && isOurs(name, publicUrl, furtherHosts)) return next();
    const { authorization, cookie, [AGENT_KEY_HEADER]: agentKey } = request.headers;
    const showsKey = authorization !== undefined || agentKey !== undefined;
    if (name === null || cookie !== undefined || !showsKey) return next(foreignHost());
    underForeignHost.add(request);
    next();
  };
}

/** For what no key opens. @throws FleetError FORBIDDEN */
export function refuseForeignHost(request: Request): void {
  if (underForeignHost.has(request)) throw foreignHost();
}

function isOurs(name: string, publicUrl: URL | null, furtherHosts: readonly string[]): boolean {
  return name === "localhost" || isIP(name) !== 0 || name === publicUrl?.hostname || furtherHosts.includes(name);
}

function foreignHost(): FleetError {
  return new FleetError(
    "FORBIDDEN",
    "This host name is not configured. Set MOSAIC_PUBLIC_URL to the address people use, and MOSAIC_FURTHER_HOSTS to further names.",
  );
}

/** RFC 9110, section 7.2: host and port, with nothing of what else a URL may hold before or after them. */
const AUTHORITY = /^[^\s@/?#\\]+$/;

/** The host without port and brackets; null when there is none or it is malformed. */
export function hostName(host: string | undefined): string | null {
  if (host === undefined || !AUTHORITY.test(host)) return null;
  return URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, "") ?? null;
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
