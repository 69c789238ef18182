// The hot path: who is calling and may the chat go straight to the container, in one round trip; and its siblings.
import type { ContainerPhase, ContainerStatus } from "../../contracts/containers/agent-container.ts";
import type { AgentScope, Scope, SystemRole } from "../../contracts/core/principal.ts";
import type { Secret, SecretPlace } from "../../contracts/core/secret.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "./database.ts";
import { isProven, proofBeside, type Proof } from "./credential-proof.ts";

/** How the caller showed who they are. `agent`: by the key of an agent. `hashes`: TokenHasher.candidates of the credential. */
export type Credential =
  | { readonly carrier: "session"; readonly hashes: readonly Buffer[] }
  | { readonly carrier: "key" | "agent"; readonly keyId: string; readonly hashes: readonly Buffer[] };

/** A session has every scope of its person: then `scopes` is null. */
type AdmittedPerson = { readonly ownerId: null; readonly systemRole: SystemRole; readonly scopes: Scope[] | null };
type AdmittedAgent = { readonly ownerId: string; readonly systemRole: null; readonly scopes: AgentScope[] };

interface AdmissionFacts {
  /** Of the person, or of the agent. */
  readonly userId: string;
  readonly name: string;
  readonly tenant: Tenant;
  readonly containerId: string | null;
  readonly status: ContainerStatus | null;
  readonly phase: ContainerPhase | null;
  readonly address: string | null;
  readonly generation: number | null;
  readonly hasUsableProvider: boolean;
}
interface SealedGateway {
  readonly sealedGatewayToken: string | null;
  readonly sealedGatewayCertificate: string | null;
}
type AdmissionRow = AdmissionFacts & SealedGateway & (AdmittedPerson | AdmittedAgent);

/** `containerId` is null when there is no container, or it was retired; `gateway` while there is none that could prove itself. */
export type Admission = AdmissionFacts & {
  readonly gateway: { readonly token: Secret; readonly certificate: string } | null;
} & (AdmittedPerson | AdmittedAgent);

/**
 * Null when the credential resolves to nobody. When the container is running and ready its activity was noted (at most
 * every 30 s), so that the idle stop cannot come in between.
 * @throws FleetError SECRET_UNREADABLE
 */
export async function admitChat(database: Database, credential: Credential): Promise<Admission | null> {
  const keyId = credential.carrier === "session" ? null : credential.keyId;
  const [found] = await database.call<AdmissionRow & Proof>(
    "auth.admit_chat",
    [credential.carrier, keyId, credential.hashes],
    proofBeside("$1, $2, $3"),
  );
  if (found === undefined) return null;
  const { proof, provenHash, ...row } = found;
  if (!isProven(database.tokens, { proof, provenHash }, { kind: credential.carrier, userId: row.userId })) return null;
  const { sealedGatewayToken: token, sealedGatewayCertificate: certificate, ...rest } = row;
  const { tenant, containerId: rowId } = row;
  if (token === null || certificate === null || rowId === null) return { ...rest, gateway: null };
  const open = (sealed: string, column: SecretPlace["column"]): Secret =>
    database.secrets.open(sealed, { table: "container_secrets", column, tenant, rowId, binding: "" });
  return {
    ...rest,
    gateway: { token: open(token, "gateway_token"), certificate: open(certificate, "gateway_certificate").reveal() },
  };
}

/** For tenants with open streams: an open stream counts as activity. One statement for all. */
export async function touchActivity(database: Database, tenants: readonly Tenant[]): Promise<void> {
  if (tenants.length > 0) await database.call("auth.touch_activity", [tenants]);
}

/** Those of the given credentials that are no longer valid, in one round trip. Mere idleness does not count. */
export async function findVoidCredentials(database: Database, given: readonly Credential[]): Promise<Set<Credential>> {
  const sessionIds = given.flatMap((credential) => (credential.carrier === "session" ? credential.hashes : []));
  const keyIds = given.flatMap((credential) => (credential.carrier === "session" ? [] : [credential.keyId]));
  const rows = await database.call<{ credentialId: string }>("auth.void_credentials", [sessionIds, keyIds]);
  const gone = new Set(rows.map(({ credentialId }) => credentialId));
  const isVoid = (credential: Credential): boolean =>
    credential.carrier === "session"
      ? credential.hashes.every((hash) => gone.has(hash.toString("hex")))
      : gone.has(credential.keyId);
  return new Set(given.filter(isVoid));
}

export interface ResolvedContainer {
  readonly containerId: string;
  readonly tenant: Tenant;
  readonly generation: number;
  /** True: the token still fits, but there is nothing left to fetch. */
  readonly retired: boolean;
}

/** Null for a token that no container may use now. */
export async function resolveContainerToken(database: Database, hashes: readonly Buffer[]): Promise<ResolvedContainer | null> {
  const [row] = await database.call<ResolvedContainer>("auth.resolve_container_token", [hashes]);
  return row ?? null;
}
