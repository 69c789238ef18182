// Lets pages of chosen other origins call /v1 with a key in their own hands. Cookies never count there.
import type { Request, RequestHandler } from "express";
import { CONVERSATION_HEADER } from "../../contracts/turns/chat.ts";
import { REQUEST_ID_HEADER } from "./request-facts.ts";

export const CORS_PREFIX = "/v1/";
const PREFLIGHT_SECONDS = "600";
/** Official clients send headers about themselves; names alone are checked here, and only ours are read. */
const HEADER_NAMES = /^[a-z0-9-]{1,64}(?:\s*,\s*[a-z0-9-]{1,64}){0,63}$/i;
const NEVER_ALLOWED = /(?:^|,)\s*(?:cookie|x-mosaic-csrf)\s*(?:,|$)/i;

/** Whether the call comes from a page that was allowed to, and by what its own code holds. */
export function isAllowedCrossOrigin(request: Request, origins: readonly string[]): boolean {
  const { origin, cookie } = request.headers;
  return origin !== undefined && cookie === undefined && origins.includes(origin) && request.path.startsWith(CORS_PREFIX);
}

/** Answers preflights and marks answers. Without `origins` it does nothing: then no other origin reads anything. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    if (origins.length === 0 || !request.path.startsWith(CORS_PREFIX)) return next();
    response.vary("Origin");
    const { origin } = request.headers;
    if (origin === undefined || !isAllowedCrossOrigin(request, origins)) return next();
    response.set({ "access-control-allow-origin": origin, "cross-origin-resource-policy": "cross-origin" });
    response.set("access-control-expose-headers", `${REQUEST_ID_HEADER}, retry-after`);
    const asked = request.headers["access-control-request-method"];
    if (request.method !== "OPTIONS" || asked === undefined) return next();
    const headers = request.headers["access-control-request-headers"] ?? "";
    const isNamed = HEADER_NAMES.test(headers) && !NEVER_ALLOWED.test(headers);
    response.set({
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers": isNamed ? headers : `authorization, content-type, ${CONVERSATION_HEADER}`,
      "access-control-max-age": PREFLIGHT_SECONDS,
    });
    response.status(204).end();
  };
}
