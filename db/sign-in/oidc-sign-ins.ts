// Sign-ins under way at the identity provider: bound to one browser by its cookie's hash, used once, ten minutes at most.
import { Secret } from "../../contracts/core/secret.ts";
import { z } from "zod";
import type { GlobalTransaction } from "../core/database.ts";
import type { OidcPurpose } from "./oidc.ts";

/** Also the life of the cookie. */
export const OIDC_SIGN_IN_SECONDS = 600;

/** What the provider's answer must fit to. Kept sealed: with the verifier and a stolen code someone could sign in. */
const proofSchema = z.strictObject({ state: z.string(), nonce: z.string(), codeVerifier: z.string(), redirectUri: z.string() });
export type OidcProof = z.infer<typeof proofSchema>;

export interface OidcAttempt {
  readonly purpose: OidcPurpose;
  readonly issuer: string;
  readonly revision: number;
  readonly returnTo: string;
  readonly userId: string | null;
  readonly inviteId: string | null;
  readonly proof: OidcProof;
}

export async function insertOidcSignIn(tx: GlobalTransaction, tokenHash: Buffer, attempt: OidcAttempt): Promise<void> {
  const { purpose, issuer, revision, returnTo, userId, inviteId, proof } = attempt;
  const sealed = tx.secrets.seal(new Secret(JSON.stringify(proof)), placeOf(tokenHash, issuer));
  await tx.sql(
    `INSERT INTO mosaic.oidc_sign_ins (id, purpose, issuer, revision, sealed, return_to, user_id, invite_id, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, mosaic.now() + make_interval(secs => $9))`,
    [tokenHash, purpose, issuer, revision, sealed, returnTo, userId, inviteId, OIDC_SIGN_IN_SECONDS],
  );
}

interface SignInRow extends Omit<OidcAttempt, "proof"> {
  readonly id: Buffer;
  readonly sealed: string;
  readonly isOver: boolean;
}

/** Removes it whatever comes of it, so that of two answers one finds nothing. Null when it is gone or too old. */
export async function takeOidcSignIn(tx: GlobalTransaction, hashes: readonly Buffer[]): Promise<OidcAttempt | null> {
  const [row] = await tx.sql<SignInRow>(
    `DELETE FROM mosaic.oidc_sign_ins WHERE id = ANY($1::bytea[])
     RETURNING id, purpose, issuer, revision, sealed, return_to AS "returnTo", user_id AS "userId", invite_id AS "inviteId",
       expires_at <= mosaic.now() AS "isOver"`,
    [hashes],
  );
  if (row === undefined || row.isOver) return null;
  const { id, sealed, isOver: _, ...attempt } = row;
  const proof = proofSchema.parse(JSON.parse(tx.secrets.open(sealed, placeOf(id, row.issuer)).reveal()));
  return { ...attempt, proof };
}

/** Role fleet. */
export async function purgeOidcSignIns(tx: GlobalTransaction): Promise<void> {
  await tx.sql("DELETE FROM mosaic.oidc_sign_ins WHERE expires_at < mosaic.now()");
}

function placeOf(id: Buffer, issuer: string) {
  return { table: "oidc_sign_ins", column: "sealed", tenant: null, rowId: id.toString("hex"), binding: issuer };
}
