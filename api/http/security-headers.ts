// The headers that every answer carries (security.md section 3).
import { randomBytes } from "node:crypto";
import type { RequestHandler } from "express";

const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const COMMON: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=()",
  "cache-control": "no-store",
};

export function securityHeaders(options: { https: boolean }): Readonly<Record<string, string>> {
  return {
    ...COMMON,
    "content-security-policy": API_POLICY,
    ...(options.https ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}),
  };
}

/** Sets them before anything else can answer, errors included. */
export function setSecurityHeaders(options: { https: boolean }): RequestHandler {
  const headers = Object.entries(securityHeaders(options));
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}

/** For a page of HTML: a policy of its own, and the nonce that its style element must carry. */
export function htmlPolicy(): { nonce: string; policy: string } {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { nonce, policy };
}
