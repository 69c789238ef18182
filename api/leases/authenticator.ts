// Who calls the broker: by the secrets of the environment, as in the original, or by a key that the product manages.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { BrokerActor, BrokerRole } from "../../contracts/leases/credential-lease.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { Database } from "../../db/core/database.ts";
import { listBrokerKeys, resolveBrokerKey } from "../../db/leases/credential-broker-keys.ts";
import type { CredentialBrokerSettings } from "./settings.ts";

/** `lease`: both roles, and the body names the role; `any`: both, and it does not; `admin`: only maintainers. */
export type Audience = "lease" | "any" | "admin";

export interface BrokerCaller {
  readonly actor: BrokerActor;
  /** Null: all kinds. */
  readonly kinds: readonly string[] | null;
}

export type DoorRefusal = "AUTH_REQUIRED" | "AUTH_INVALID" | "AUTH_ROLE_MISMATCH" | "SERVER_MISCONFIGURED";

export interface BrokerAuthenticator {
  /** By the Authorization header alone, in the order of the contract. Env secrets need no database. */
  authenticate(authorization: string | undefined, audience: Audience): Promise<BrokerCaller | DoorRefusal>;
}

export interface AuthenticatorDeps {
  readonly db: Database;
  readonly secrets: CredentialBrokerSettings["secrets"];
}

export function createBrokerAuthenticator({ db, secrets }: AuthenticatorDeps): BrokerAuthenticator {
  const isSame = createComparison();

  async function callerOf(token: Secret): Promise<BrokerCaller | null> {
    // Both are compared, whatever the first comparison gave.
    const isMaintainer = isSame(token, secrets.maintainer);
    const isCi = isSame(token, secrets.ci);
    if (isMaintainer) return fromEnvironment("maintainer");
    if (isCi) return fromEnvironment("ci");
    const key = await resolveBrokerKey(db, token);
    return key === null ? null : { actor: { role: key.role, id: key.keyId }, kinds: key.kinds };
  }

  async function isConfigured(audience: Audience): Promise<boolean> {
    if (secrets.maintainer !== null) return true;
    if (audience !== "admin" && secrets.ci !== null) return true;
    const keys = await db.globally(listBrokerKeys);
    return keys.some((key) => key.revokedAt === null && (audience !== "admin" || key.role === "maintainer"));
  }

  return {
    async authenticate(authorization, audience) {
      const token = bearerToken(authorization);
      if (token === null) return "AUTH_REQUIRED";
      const caller = await callerOf(token);
      if (caller !== null && (audience !== "admin" || caller.actor.role === "maintainer")) return caller;
      if (!(await isConfigured(audience))) return "SERVER_MISCONFIGURED";
      return caller === null ? "AUTH_INVALID" : "AUTH_ROLE_MISMATCH";
    },
  };
}

/** The second word, after a scheme in any case; null when it is missing or the scheme is another. Source: the contract. */
export function bearerToken(authorization: string | undefined): Secret | null {
  const [scheme = "", token = ""] = (authorization ?? "").trim().split(/\s+/);
  return scheme.toLowerCase() === "bearer" && token !== "" ? new Secret(token) : null;
}

function fromEnvironment(role: BrokerRole): BrokerCaller {
  return { actor: { role, id: `env:${role}` }, kinds: null };
}

/** Compares digests under a random key, so that neither content nor length shows in the time. */
function createComparison(): (given: Secret, wanted: Secret | null) => boolean {
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  return (given, wanted) => timingSafeEqual(digest(given.reveal()), digest(wanted?.reveal() ?? "")) && wanted !== null;
}
