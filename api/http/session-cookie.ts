// The cookies of the product: their names, their attributes, and how they are found in a request.
import type { Request } from "express";
import { parseSessionToken } from "../../adapters/crypto/credentials.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { OIDC_COOKIE } from "../../contracts/sign-in/oidc.ts";
import { SESSION_COOKIE } from "../../contracts/sign-in/session.ts";

export interface SessionCookie {
  readonly name: string;
  /** The header value that sets it. */
  set(token: Secret, maxAgeSeconds: number): string;
  /** The header value that removes it. */
  clear(): string;
  /** The token in the request, or null. Two cookies of the name give null: one of them was planted. */
  read(request: Request): Secret | null;
  /** Whether any cookie of the name is there. */
  isPresent(request: Request): boolean;
}

export function createSessionCookie(options: { https: boolean }): SessionCookie {
  return createCookie(SESSION_COOKIE, options);
}

/** Binds a sign-in at the identity provider to the browser that began it. */
export function createOidcCookie(options: { https: boolean }): SessionCookie {
  return createCookie(OIDC_COOKIE, options);
}

/** `__Host-` makes browsers refuse the cookie from sub-domains and without TLS; it needs https, so plain http has none. */
function createCookie(plainName: string, options: { https: boolean }): SessionCookie {
  const name = options.https ? `__Host-${plainName}` : plainName;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${options.https ? "; Secure" : ""}`;
  const values = (request: Request): string[] =>
    (request.headers.cookie ?? "").split(";").flatMap((pair) => {
      const [key, ...rest] = pair.trim().split("=");
      return key === name ? [rest.join("=")] : [];
    });
  return {
    name,
    set: (token, maxAgeSeconds) => `${name}=${token.reveal()}; Max-Age=${maxAgeSeconds}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
    read(request) {
      const [value, second] = values(request);
      return value === undefined || second !== undefined ? null : parseSessionToken(value);
    },
    isPresent: (request) => values(request).length > 0,
  };
}
