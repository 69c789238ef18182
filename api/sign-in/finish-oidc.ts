// The identity provider's answer: it is checked against the attempt that it belongs to, then it signs in, links, or tests.
import type { Request } from "express";
import { rejected } from "../../adapters/oidc/oidc-client.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { OidcCallbackResult, OidcTestResult } from "../../contracts/sign-in/oidc.ts";
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { GlobalTransaction } from "../../db/core/database.ts";
import type { Credential } from "../../db/core/admission.ts";
import { appendAudit } from "../../db/audit/audit.ts";
import { enterByOidc, linkIdentity, type EnteredUser } from "../../db/sign-in/oidc-access.ts";
import { openOidcCredentials, writeOidcTest, type OidcCredentials } from "../../db/sign-in/oidc-settings.ts";
import { takeOidcSignIn, type OidcAttempt } from "../../db/sign-in/oidc-sign-ins.ts";
import { deleteSession, resolveSession, type ResolvedSession } from "../../db/sign-in/sessions.ts";
import { mayJoin, roleByGroups, verifiedEmail, type OidcClaims } from "../../domain/sign-in/oidc-access.ts";
import type { AuditedWrites, Reply } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { sessionReply, sessionView } from "./session-reply.ts";
import { openSession, type OpenedSession } from "./sign-in.ts";

export type OidcDeps = Pick<ApiDeps, "db" | "oidc" | "oidcCookie" | "cookie">;

export interface OidcAnswer extends Pick<AuditedWrites, "writeGlobally"> {
  readonly request: Request;
  readonly remoteAddress: string;
  readonly requestId: string;
  /** The session that the browser has, not yet looked up. */
  readonly credential: Credential | null;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Vouched {
  readonly attempt: OidcAttempt;
  readonly party: OidcCredentials;
  readonly claims: OidcClaims;
}

/**
 * Errors say in `details.purpose` what was attempted, once that is known, so that the page can say what to do next.
 * @throws FleetError OIDC_REJECTED, OIDC_UNAVAILABLE; CONFLICT when tested settings were changed meanwhile
 */
export async function finishOidc(deps: OidcDeps, answer: OidcAnswer): Promise<Reply> {
  const attempt = await takeAttempt(deps, answer.request);
  try {
    return await finishAttempt(deps, answer, attempt);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const { code, message, details, retryAfterSeconds, cause } = error;
    throw new FleetError(code, message, {
      details: { ...details, purpose: attempt.purpose },
      cause,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
}

async function finishAttempt(deps: OidcDeps, answer: OidcAnswer, attempt: OidcAttempt): Promise<Reply> {
  const party = await deps.db.globally((tx) => settingsOf(tx, attempt));
  const claims = await deps.oidc.finish(party, { checks: attempt.proof, parameters: answer.parameters });
  const vouched = { attempt, party, claims };
  switch (attempt.purpose) {
    case "sign-in":
      return await finishSignIn(deps, answer, vouched);
    case "link":
      return await finishLink(deps, answer, vouched);
    case "test":
      return await finishTest(deps, answer, vouched);
  }
}

/** It is gone from the database before anything is asked elsewhere: it is used once, whatever comes of it. */
async function takeAttempt(deps: OidcDeps, request: Request): Promise<OidcAttempt> {
  const token = deps.oidcCookie.read(request);
  const attempt = token && (await deps.db.globally((tx) => takeOidcSignIn(tx, tx.tokens.candidates(token))));
  if (attempt === null) throw rejected("expired");
  return attempt;
}

/** @throws FleetError OIDC_REJECTED unless they are still those that the attempt was begun with */
async function settingsOf(tx: GlobalTransaction, attempt: OidcAttempt): Promise<OidcCredentials> {
  const party = await openOidcCredentials(tx, attempt.purpose === "test" ? "candidate" : "active");
  if (party?.revision !== attempt.revision || party.issuerUrl !== attempt.issuer) throw rejected("settings_changed");
  return party;
}

async function finishSignIn(deps: OidcDeps, answer: OidcAnswer, { attempt, party, claims }: Vouched): Promise<Reply> {
  const { user, session } = await answer.writeGlobally(
    async (tx) => {
      // Asked again: the exchange took its time.
      await settingsOf(tx, attempt);
      const entered = await enterByOidc(tx, { settings: party, claims, inviteId: attempt.inviteId });
      if (entered === null) throw rejected("no_access");
      await auditEntry(tx, answer, entered);
      return { user: entered, session: await renewSession(tx, answer, { ...entered, isOidc: true }) };
    },
    ({ user: { id, name } }) => ({ targetId: id, actor: { id, name }, detail: { kind: "oidc", issuer: attempt.issuer } }),
  );
  const view = sessionView(deps.db.keyring.csrfKey, session, user);
  return replyWithSession(deps, { session, user }, { kind: "signed-in", session: view, returnTo: attempt.returnTo });
}

async function finishLink(deps: OidcDeps, answer: OidcAnswer, { attempt, party, claims }: Vouched): Promise<Reply> {
  const caller = await callerOf(deps, answer, attempt);
  const user = { id: caller.userId, name: caller.name, systemRole: caller.systemRole };
  const session = await answer.writeGlobally(
    async (tx) => {
      await settingsOf(tx, attempt);
      const isLinked = await linkIdentity(tx, { userId: user.id, settings: party, claims });
      if (!isLinked) throw rejected("linked_elsewhere");
      return await renewSession(tx, answer, user);
    },
    () => ({
      ...{ targetId: user.id, actor: user, detail: { issuer: attempt.issuer } },
      done: { action: "profile.identity-link", target: "user" },
    }),
  );
  const view = sessionView(deps.db.keyring.csrfKey, session, user);
  return replyWithSession(deps, { session, user }, { kind: "linked", session: view, returnTo: attempt.returnTo });
}

async function finishTest(deps: OidcDeps, answer: OidcAnswer, { attempt, party, claims }: Vouched): Promise<Reply> {
  const caller = await callerOf(deps, answer, attempt);
  if (caller.systemRole !== "admin") throw rejected("no_access");
  const { userId: updatedBy, name } = caller;
  const test: OidcTestResult = {
    testedAt: new Date().toISOString(),
    ...claims,
    groups: [...claims.groups],
    systemRole: roleByGroups(party, claims),
    mayJoin: mayJoin(party, verifiedEmail(party, claims)),
  };
  await answer.writeGlobally(
    (tx) => writeOidcTest(tx, { revision: attempt.revision, test, updatedBy }),
    () => ({
      ...{ targetId: "oidc", actor: { id: updatedBy, name }, detail: { issuer: attempt.issuer } },
      done: { action: "oidc.test", target: "system-config" },
    }),
  );
  const result: OidcCallbackResult = { kind: "tested", result: test };
  return { status: 200, body: result, headers: { "set-cookie": deps.oidcCookie.clear() } };
}

/** Linking and testing end in the session in which they were begun, or at least in one of the same person. */
async function callerOf(deps: OidcDeps, { credential }: OidcAnswer, attempt: OidcAttempt): Promise<ResolvedSession> {
  const session = credential?.carrier === "session" ? await resolveSession(deps.db, credential.hashes) : null;
  if (session === null || session.userId !== attempt.userId) throw rejected("expired");
  return session;
}

interface SessionUser {
  readonly id: string;
  readonly systemRole: SystemRole;
  readonly isOidc?: boolean;
}

/** Never the token that was there before: it could have been planted. */
async function renewSession(tx: GlobalTransaction, answer: OidcAnswer, user: SessionUser): Promise<OpenedSession> {
  for (const earlier of answer.credential?.carrier === "session" ? answer.credential.hashes : [])
    await deleteSession(tx, earlier);
  const { remoteAddress, request } = answer;
  const userAgent = request.get("user-agent") ?? null;
  const { id: userId, systemRole, isOidc = false } = user;
  return await openSession(tx, { userId, systemRole, isOidc, remoteAddress, userAgent });
}

function replyWithSession(
  deps: OidcDeps,
  opened: { readonly session: OpenedSession; readonly user: Parameters<typeof sessionReply>[2] },
  body: OidcCallbackResult,
): Reply {
  const { headers } = sessionReply(deps, opened.session, opened.user);
  const cookies = [headers?.["set-cookie"] ?? [], deps.oidcCookie.clear()].flat();
  return { status: 200, body, headers: { "set-cookie": cookies } };
}

/** What the sign-in changed of the account has rows of its own. */
async function auditEntry(tx: GlobalTransaction, answer: OidcAnswer, entered: EnteredUser): Promise<void> {
  const { remoteAddress, requestId } = answer;
  const { id, name, systemRole, isNew, roleBefore } = entered;
  if (!isNew && roleBefore === null) return;
  await appendAudit(tx, {
    ...{ actorKind: "system" as const, actorId: null, actorName: null },
    ...{ action: isNew ? "user.create" : "user.update", targetKind: "user", targetId: id, outcome: "success" as const },
    ...{ remoteAddress, requestId, detail: { name, systemRole, roleBefore, by: "oidc" } },
  });
}
