// Protection of state-changing calls against other sites' pages.
import { createHmac, timingSafeEqual, type KeyObject } from "node:crypto";
import type { Request } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import { CSRF_HEADER } from "../../contracts/core/header-names.ts";
import type { Credential } from "../../db/core/admission.ts";
import { ownOrigins } from "./ingress.ts";

/** The token a page must send back: bound to its session (its stored hash), worth nothing for any other. */
export function csrfToken(csrfKey: KeyObject, sessionHash: Buffer): string {
  return createHmac("sha256", csrfKey).update("csrf\0").update(sessionHash).digest("base64url");
}

/**
 * Browsers say where a call comes from; sign-in is checked too, so that nobody is signed in to someone else's account.
 * @throws FleetError CSRF_REJECTED
 */
export function checkOrigin(request: Request, publicUrl: URL | null): void {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") throw rejected("The request comes from another site.");
  const { origin } = request.headers;
  if (origin !== undefined && !ownOrigins(publicUrl, request).includes(origin))
    throw rejected("The request comes from another origin.");
}

/** Browsers send only cookies automatically, so only a session needs the token. @throws FleetError CSRF_REJECTED */
export function checkCsrfToken(request: Request, credential: Credential, csrfKey: KeyObject): void {
  if (credential.carrier !== "session") return;
  const given = Buffer.from(request.get(CSRF_HEADER) ?? "");
  // One candidate per accepted pepper: the session may have been stored under an earlier one.
  const matches = credential.hashes.filter((hash) => sameBytes(given, Buffer.from(csrfToken(csrfKey, hash))));
  if (matches.length > 0) return;
  throw rejected(`The header ${CSRF_HEADER} is missing or wrong. GET /api/session gives it.`);
}

/** The length of a token is no secret. */
function sameBytes(given: Buffer, wanted: Buffer): boolean {
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function rejected(message: string): FleetError {
  return new FleetError("CSRF_REJECTED", message);
}
