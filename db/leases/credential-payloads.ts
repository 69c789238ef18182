// Payloads of credentials: sealed chunks, replaced as a whole, read by administrators with a trace.
import { Secret, type SecretBox, type SecretPlace } from "../../contracts/core/secret.ts";
import { chunksOf } from "../../domain/leases/credential-payload.ts";
import type { GlobalTransaction, Statements } from "../core/database.ts";
import { appendCredentialAdminEvent } from "./credential-events.ts";
import { CLOCK, isUuid } from "./credential-sql.ts";
import { getCredential } from "./credential-view.ts";
import type { Guarded } from "./credential-sql.ts";
import type { CredentialView } from "./credential-view.ts";
import type { CredentialAdmin } from "./credential-events.ts";

/** Bounds the memory that one statement takes. */
const CHUNKS_PER_STATEMENT = 16;

interface ChunkPlace {
  readonly credentialId: string;
  readonly revision: number;
  readonly index: number;
}

interface ChunkRow extends ChunkPlace {
  readonly sealed: string;
}

/** @throws FleetError SECRET_UNREADABLE */
export function openChunk(secrets: SecretBox, chunk: ChunkRow): Secret {
  return secrets.open(chunk.sealed, placeOf(chunk));
}

/** Stores the chunks of one revision; resolves to how many. */
export async function insertPayload(
  tx: Statements,
  credential: { readonly credentialId: string; readonly revision: number },
  text: string,
): Promise<number> {
  const chunks = chunksOf(text);
  for (let first = 0; first < chunks.length; first += CHUNKS_PER_STATEMENT) {
    const sealed = chunks
      .slice(first, first + CHUNKS_PER_STATEMENT)
      .map((chunk, offset) => tx.secrets.seal(new Secret(chunk), placeOf({ ...credential, index: first + offset })));
    await tx.sql(
      `INSERT INTO mosaic.qa_credential_payload_chunks (credential_id, revision, chunk_index, sealed)
       SELECT $1, $2, $3 + n - 1, sealed FROM unnest($4::text[]) WITH ORDINALITY AS chunk (sealed, n)`,
      [credential.credentialId, credential.revision, first, sealed],
    );
  }
  return chunks.length;
}

/** Of the payloads of these credentials together, in UTF-16 units of their ASCII texts. */
export async function payloadsLength(tx: GlobalTransaction, credentialIds: readonly string[]): Promise<number> {
  const [row] = await tx.sql<{ length: number }>(
    `SELECT coalesce(sum(c.payload_length), 0)::bigint AS length FROM mosaic.qa_credentials c WHERE c.id = ANY ($1::uuid[])`,
    [credentialIds.filter(isUuid)],
  );
  return row?.length ?? 0;
}

/** The payloads' texts by credential id, all in memory: see `payloadsLength`; leaves an admin event `payload_read` for each. */
export async function readPayloads(
  tx: GlobalTransaction,
  input: { readonly credentialIds: readonly string[]; readonly admin: CredentialAdmin },
): Promise<ReadonlyMap<string, Secret>> {
  const texts = new Map<string, string[]>();
  const rows = await tx.sql<ChunkRow & { kind: string }>(
    `SELECT c.id AS "credentialId", c.kind, p.revision, p.chunk_index AS index, p.sealed
       FROM mosaic.qa_credentials c JOIN mosaic.qa_credential_payload_chunks p
         ON p.credential_id = c.id AND p.revision = c.payload_revision
      WHERE c.id = ANY ($1::uuid[]) ORDER BY c.id, p.chunk_index`,
    [input.credentialIds.filter(isUuid)],
  );
  for (const row of rows) {
    const text = texts.get(row.credentialId) ?? [];
    texts.set(row.credentialId, text);
    text.push(openChunk(tx.secrets, row).reveal());
    if (row.index > 0) continue;
    const { credentialId, kind } = row;
    await appendCredentialAdminEvent(tx, { type: "payload_read", admin: input.admin, credentialId, kind });
  }
  return new Map([...texts].map(([id, parts]) => [id, new Secret(parts.join(""))]));
}

/**
 * In place: id, order and events stay. An active lease keeps the payload that it began with.
 * Refused: CREDENTIAL_NOT_FOUND.
 */
export async function replacePayload(
  tx: GlobalTransaction,
  input: { readonly credentialId: string; readonly payloadText: string; readonly admin: CredentialAdmin },
): Promise<Guarded<{ readonly credential: CredentialView }>> {
  const { credentialId, payloadText, admin } = input;
  const found = await getCredential(tx, credentialId, { locks: true });
  if (found === null) return { ok: false, refusal: "CREDENTIAL_NOT_FOUND" };
  const [row] = await tx.sql<{ revision: number }>(
    `WITH ${CLOCK}
     UPDATE mosaic.qa_credentials c
        SET payload_revision = c.payload_revision + 1, payload_length = $2, chunk_count = $3, updated_at = clock.now
       FROM clock WHERE c.id = $1 RETURNING c.payload_revision AS revision`,
    [credentialId, payloadText.length, chunksOf(payloadText).length],
  );
  if (row === undefined) throw new Error("the row is locked and cannot be gone");
  await insertPayload(tx, { credentialId: found.credentialId, revision: row.revision }, payloadText);
  await deleteUnused(tx, found.credentialId);
  await appendCredentialAdminEvent(tx, { type: "replace_payload", admin, credentialId, kind: found.kind });
  const credential = await getCredential(tx, credentialId);
  return credential === null ? { ok: false, refusal: "CREDENTIAL_NOT_FOUND" } : { ok: true, value: { credential } };
}

/** The kind, for choosing the payload's rules before it is replaced. Null: no such credential. */
export async function findCredentialKind(tx: GlobalTransaction, credentialId: string): Promise<string | null> {
  return (await getCredential(tx, credentialId))?.kind ?? null;
}

/** Revisions that neither new leases nor a present one will read. Resolves to the number of chunks. Roles worker, fleet. */
export async function purgeReplacedPayloads(tx: GlobalTransaction): Promise<number> {
  return deleteUnused(tx, null);
}

async function deleteUnused(tx: GlobalTransaction, credentialId: string | null): Promise<number> {
  const rows = await tx.sql(
    `DELETE FROM mosaic.qa_credential_payload_chunks p USING mosaic.qa_credentials c
      WHERE p.credential_id = c.id AND ($1::uuid IS NULL OR c.id = $1) AND p.revision < c.payload_revision
        AND p.revision IS DISTINCT FROM c.lease_payload_revision RETURNING p.chunk_index`,
    [credentialId],
  );
  return rows.length;
}

/** Bound to credential, revision and index: no piece can stand for another. */
function placeOf({ credentialId, revision, index }: ChunkPlace): SecretPlace {
  const binding = `${revision}/${index}`;
  return { table: "qa_credential_payload_chunks", column: "sealed", tenant: null, rowId: credentialId, binding };
}
