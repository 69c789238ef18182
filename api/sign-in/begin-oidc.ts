// Sends a browser to the identity provider, and keeps what its answer must fit to, bound to that browser by a cookie.
import type { Request } from "express";
import { newSessionToken } from "../../adapters/crypto/credentials.ts";
import { OIDC_CALLBACK_PATH } from "../../contracts/sign-in/oidc.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { OidcPurpose } from "../../db/sign-in/oidc.ts";
import { openOidcCredentials } from "../../db/sign-in/oidc-settings.ts";
import { insertOidcSignIn, OIDC_SIGN_IN_SECONDS } from "../../db/sign-in/oidc-sign-ins.ts";
import type { Reply } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { ownOrigin } from "../http/own-origin.ts";
import { returnPath } from "../http/return-path.ts";

export interface OidcBeginning {
  readonly purpose: OidcPurpose;
  readonly request: Request;
  readonly returnTo?: string;
  /** Who links or tests. */
  readonly userId?: string;
  /** The open invitation whose link was followed. */
  readonly inviteId?: string;
}

/** Exactly what the identity provider must have been told. */
export function oidcRedirectUri(publicUrl: URL | null, request: Request): string {
  return ownOrigin(publicUrl, request) + OIDC_CALLBACK_PATH;
}

/** @throws FleetError NOT_FOUND while there is nothing to sign in with; OIDC_UNAVAILABLE */
export async function beginOidc(
  deps: Pick<ApiDeps, "db" | "oidc" | "oidcCookie" | "publicUrl">,
  beginning: OidcBeginning,
): Promise<Reply> {
  const { purpose, request, returnTo = "/" } = beginning;
  const party = await deps.db.globally((tx) => openOidcCredentials(tx, purpose === "test" ? "candidate" : "active"));
  if (party === null) throw new FleetError("NOT_FOUND", "No identity provider is set up.");
  const redirectUri = oidcRedirectUri(deps.publicUrl, request);
  const { authorizationUrl, checks: proof } = await deps.oidc.begin(party, redirectUri);
  const token = newSessionToken();
  const { issuerUrl: issuer, revision } = party;
  const people = { userId: beginning.userId ?? null, inviteId: beginning.inviteId ?? null };
  const attempt = { purpose, issuer, revision, returnTo: returnPath(returnTo), proof, ...people };
  await deps.db.globally((tx) => insertOidcSignIn(tx, deps.db.tokens.hash(token), attempt));
  const headers = { "set-cookie": deps.oidcCookie.set(token, OIDC_SIGN_IN_SECONDS) };
  return { status: 200, body: { authorizationUrl }, headers };
}
