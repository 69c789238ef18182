// Finds out who calls on the public listener: by session cookie or personal API key, never by both.
import type { Request } from "express";
import { parseApiKey } from "../../adapters/crypto/credentials.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { ALL_SCOPES, type AgentPrincipal, type HumanPrincipal } from "../../contracts/core/principal.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import type { Credential } from "../../db/core/admission.ts";
import { resolveApiKey } from "../../db/keys/api-keys.ts";
import { resolveSession } from "../../db/sign-in/sessions.ts";
import type { SessionCookie } from "./session-cookie.ts";

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i;

export interface Authenticator {
  /** What the caller shows, without looking it up. @throws FleetError BAD_REQUEST when there are two. */
  credentialOf(request: Request): Credential | null;
  /** Whether there is a credential at all, of whatever form: what is not valid must not pass for a call without one. */
  showsCredential(request: Request): boolean;
  /** One round trip to Postgres; nothing is cached, so that a revocation counts at once. Null: not valid (any more). */
  resolve(credential: Credential): Promise<HumanPrincipal | AgentPrincipal | null>;
}

export function createAuthenticator(deps: { db: Database; cookie: SessionCookie }): Authenticator {
  const { db, cookie } = deps;
  return {
    credentialOf(request) {
      const { authorization } = request.headers;
      if (authorization !== undefined && cookie.isPresent(request)) {
        throw new FleetError("BAD_REQUEST", "Send either a session cookie or an Authorization header, not both.");
      }
      if (authorization !== undefined) return keyCredential(db, authorization);
      const token = cookie.read(request);
      return token === null ? null : { carrier: "session", hashes: db.tokens.candidates(token) };
    },
    showsCredential: (request) => request.headers.authorization !== undefined || cookie.isPresent(request),
    resolve: (credential) => (credential.carrier === "session" ? bySession(db, credential.hashes) : byKey(db, credential)),
  };
}

function keyCredential(db: Database, authorization: string): Credential | null {
  const token = BEARER.exec(authorization)?.[1];
  const key = token === undefined ? null : parseApiKey(token);
  return key === null ? null : { carrier: "key", keyId: key.keyId, hashes: db.tokens.candidates(key.apiKey) };
}

async function bySession(db: Database, hashes: readonly Buffer[]): Promise<HumanPrincipal | null> {
  const row = await resolveSession(db, hashes);
  if (row === null) return null;
  const { userId, name, systemRole, sessionId } = row;
  const tenant = humanTenant(userId);
  const credentialId = sessionId.toString("hex");
  return { kind: "human", id: userId, name, systemRole, tenant, scopes: ALL_SCOPES, carrier: "session", credentialId };
}

async function byKey(db: Database, credential: { keyId: string; hashes: readonly Buffer[] }): Promise<HumanPrincipal | null> {
  const row = await resolveApiKey(db, credential);
  if (row === null) return null;
  const { userId, name, systemRole, tenant, scopes, keyId } = row;
  return { kind: "human", id: userId, name, systemRole, tenant, scopes, carrier: "key", credentialId: keyId };
}
