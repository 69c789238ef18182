// The answer that opens a session: the view with its CSRF token, and the cookie.
import type { KeyObject } from "node:crypto";
import type { z } from "zod";
import type { SystemRole } from "../../contracts/core/principal.ts";
import type { sessionViewSchema } from "../../contracts/sign-in/session.ts";
import type { Reply } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { csrfToken } from "../http/csrf.ts";
import type { OpenedSession } from "./sign-in.ts";

interface SessionUser {
  readonly id: string;
  readonly name: string;
  readonly systemRole: SystemRole;
}

export function sessionView(
  csrfKey: KeyObject,
  session: Pick<OpenedSession, "tokenHash" | "expiresAt">,
  user: SessionUser,
): z.output<typeof sessionViewSchema> {
  const { id, name, systemRole } = user;
  return {
    user: { id, name, systemRole },
    csrfToken: csrfToken(csrfKey, session.tokenHash),
    expiresAt: session.expiresAt.toISOString(),
  };
}

/** 201 with the cookie. The browser drops the cookie when the session ends; idle ones end earlier on our side. */
export function sessionReply(deps: Pick<ApiDeps, "db" | "cookie">, session: OpenedSession, user: SessionUser): Reply {
  const maxAgeSeconds = Math.max(0, Math.floor((session.expiresAt.getTime() - Date.now()) / 1000));
  return {
    status: 201,
    body: sessionView(deps.db.keyring.csrfKey, session, user),
    headers: { "set-cookie": deps.cookie.set(session.token, maxAgeSeconds) },
  };
}
