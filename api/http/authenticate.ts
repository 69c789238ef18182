// Finds out who calls on the public listener: by session cookie, personal API key or agent key, never by two of them.
import type { Request } from "express";
import { parseAgentKey, parseApiKey } from "../../adapters/crypto/credentials.ts";
import { AGENT_AUTH_SCHEME, AGENT_KEY_HEADER } from "../../contracts/agents/facts.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { agentPrincipal, ALL_SCOPES, type AgentPrincipal, type HumanPrincipal } from "../../contracts/core/principal.ts";
import { humanTenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import type { Credential } from "../../db/core/admission.ts";
import { resolveAgentKey } from "../../db/agents/agent-keys.ts";
import { resolveApiKey } from "../../db/keys/api-keys.ts";
import { resolveSession } from "../../db/sign-in/sessions.ts";
import type { SessionCookie } from "./session-cookie.ts";

const AUTHORIZATION = new RegExp(`^(Bearer|${AGENT_AUTH_SCHEME}) +([A-Za-z0-9._~+/=-]{1,512})$`, "i");

type ShownKey = Exclude<Credential, { readonly carrier: "session" }>;

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
      const agentKeys = request.headersDistinct[AGENT_KEY_HEADER] ?? [];
      const carriers = [...agentKeys, ...(authorization === undefined ? [] : [authorization])];
      if (carriers.length > 1 || (carriers.length > 0 && cookie.isPresent(request))) {
        throw new FleetError("BAD_REQUEST", "Send one of a session cookie, an Authorization header and an agent key, not two.");
      }
      const [agentKey] = agentKeys;
      if (agentKey !== undefined) return agentCredential(db, agentKey);
      if (authorization !== undefined) return keyCredential(db, authorization);
      const token = cookie.read(request);
      return token === null ? null : { carrier: "session", hashes: db.tokens.candidates(token) };
    },
    showsCredential: (request) =>
      request.headers.authorization !== undefined ||
      request.headers[AGENT_KEY_HEADER] !== undefined ||
      cookie.isPresent(request),
    async resolve(credential) {
      if (credential.carrier === "session") return await bySession(db, credential.hashes);
      return credential.carrier === "key" ? await byKey(db, credential) : await byAgentKey(db, credential);
    },
  };
}

function keyCredential(db: Database, authorization: string): Credential | null {
  const [, scheme = "", token = ""] = AUTHORIZATION.exec(authorization) ?? [];
  const agent = agentCredential(db, token);
  // Clients of OpenAI's interface know no scheme but Bearer.
  if (agent !== null || scheme.toLowerCase() === AGENT_AUTH_SCHEME.toLowerCase()) return agent;
  const key = parseApiKey(token);
  return key === null ? null : { carrier: "key", keyId: key.keyId, hashes: db.tokens.candidates(key.apiKey) };
}

function agentCredential(db: Database, text: string): Credential | null {
  const key = parseAgentKey(text);
  return key === null ? null : { carrier: "agent", keyId: key.keyId, hashes: db.tokens.candidates(key.apiKey) };
}

async function bySession(db: Database, hashes: readonly Buffer[]): Promise<HumanPrincipal | null> {
  const row = await resolveSession(db, hashes);
  if (row === null) return null;
  const { userId, name, systemRole, sessionId } = row;
  const tenant = humanTenant(userId);
  const credentialId = sessionId.toString("hex");
  return { kind: "human", id: userId, name, systemRole, tenant, scopes: ALL_SCOPES, carrier: "session", credentialId };
}

async function byAgentKey(db: Database, shown: ShownKey): Promise<AgentPrincipal | null> {
  const row = await resolveAgentKey(db, shown);
  return row === null ? null : agentPrincipal({ ...row, agentUserId: row.userId, credentialId: row.keyId });
}

async function byKey(db: Database, credential: ShownKey): Promise<HumanPrincipal | null> {
  const row = await resolveApiKey(db, credential);
  if (row === null) return null;
  const { userId, name, systemRole, tenant, scopes, keyId } = row;
  return { kind: "human", id: userId, name, systemRole, tenant, scopes, carrier: "key", credentialId: keyId };
}
