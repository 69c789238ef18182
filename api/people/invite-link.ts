// The link of an invitation, and the mail that brings it.
import type { Logger } from "pino";
import type { Mailer } from "../../adapters/smtp/mailer.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { shownName } from "../../contracts/core/name.ts";
import { INVITE_PATH, type INVITE_MAIL_RESULTS } from "../../contracts/people/invites.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import type { Database } from "../../db/core/database.ts";
import { readSmtpServer } from "../../db/installation/smtp-settings.ts";

/** The token follows the #: no browser sends it to a server, and no server logs it. */
export function inviteLink(origin: string, token: Secret): string {
  return `${origin}${INVITE_PATH}#${token.reveal()}`;
}

export interface InviteMail {
  readonly to: string;
  readonly link: string;
  readonly inviter: string;
  readonly expiresAt: Date;
}

/** The invitation stands whatever becomes of its mail: the administrator has the link too. */
export async function mailInvite(
  deps: { readonly db: Database; readonly mailer: Mailer; readonly log: Logger },
  invite: InviteMail,
): Promise<(typeof INVITE_MAIL_RESULTS)[number]> {
  const server = await deps.db.globally(readSmtpServer);
  if (server === null) return "not_configured";
  try {
    await deps.mailer.send(server, { to: invite.to, subject: "Mosaic Fleet: invitation / Einladung", text: textOf(invite) });
    return "sent";
  } catch (err) {
    if (!(err instanceof FleetError)) throw err;
    deps.log.warn({ event: "invite_mail_failed", err }, "an invitation could not be mailed");
    return "failed";
  }
}

/** In both languages: which one the reader speaks is not known yet. */
function textOf({ link, inviter: inviterName, expiresAt }: InviteMail): string {
  const inviter = shownName(inviterName);
  const until = `${expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return [
    `${inviter} invites you to Mosaic Fleet. This link works once, until ${until}:`,
    `${inviter} lädt dich zu Mosaic Fleet ein. Dieser Link gilt einmal, bis ${until}:`,
    link,
  ].join("\n\n");
}
