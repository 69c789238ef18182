// The mail server of the installation: read, set (after a real connection to it), remove. Administrators only.
import { isIP } from "node:net";
import { judgeAddress } from "../../adapters/outbound/outbound-address.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import { smtpSettingsSchema, smtpTestSchema, smtpViewSchema, type SmtpSettings } from "../../contracts/people/invites.ts";
import { Secret } from "../../contracts/core/secret.ts";
import { deleteSmtpServer, readSmtpServer, writeSmtpServer, type SmtpServer } from "../../db/installation/smtp-settings.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";

const PATH = "/api/system-config/smtp";

export function createSmtpRoutes(deps: Pick<ApiDeps, "db" | "mailer">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: PATH,
      operationId: "getSmtp",
      summary: "Read the mail server's settings, without its password",
      who: "admin",
      rateLimit: "read",
      responses: { 200: { description: "The settings, or null.", schema: smtpViewSchema } },
      handler: async () => ({ status: 200, body: smtpView(await deps.db.globally(readSmtpServer)) }),
    }),
    createSetRoute(deps),
    createTestRoute(deps),
    defineRoute({
      method: "delete",
      path: PATH,
      operationId: "deleteSmtp",
      summary: "Remove the mail server; invitations are then shared as links",
      who: "admin",
      rateLimit: "write",
      audit: { action: "smtp.delete", target: "system-config" },
      responses: { 204: { description: "Removed." } },
      handler: async ({ writeGlobally }) => {
        await writeGlobally(deleteSmtpServer, () => ({ targetId: "smtp" }));
        return { status: 204 };
      },
    }),
  ];
}

function createSetRoute({ db, mailer }: Pick<ApiDeps, "db" | "mailer">): Route {
  return defineRoute({
    method: "put",
    path: PATH,
    operationId: "setSmtp",
    summary: "Set the mail server; the connection and sign-in are checked first",
    who: "admin",
    rateLimit: "probe",
    audit: { action: "smtp.update", target: "system-config" },
    body: smtpSettingsSchema,
    bodyExample: {
      host: "mail.example.org",
      port: 587,
      security: "starttls",
      username: "fleet",
      password: "…",
      from: "fleet@example.org",
    },
    responses: { 200: { description: "The settings.", schema: smtpViewSchema } },
    errors: ["MAIL_FAILED"],
    handler: async ({ user, body, writeGlobally }) => {
      const server = withPassword(body, await db.globally(readSmtpServer));
      await mailer.check(server);
      await writeGlobally(
        (tx) => writeSmtpServer(tx, server, user.id),
        () => ({ targetId: "smtp", detail: { host: server.host, port: server.port } }),
      );
      return { status: 200, body: smtpView(server) };
    },
  });
}

function createTestRoute({ db, mailer }: Pick<ApiDeps, "db" | "mailer">): Route {
  return defineRoute({
    method: "post",
    path: `${PATH}/test`,
    operationId: "sendTestMail",
    summary: "Send a test mail through the configured server",
    who: "admin",
    rateLimit: "probe",
    audit: { action: "smtp.test", target: "system-config" },
    body: smtpTestSchema,
    bodyExample: { to: "ann@example.org" },
    responses: { 204: { description: "The server accepted the mail." } },
    errors: ["CONFLICT", "MAIL_FAILED"],
    handler: async ({ user, body: { to }, writeGlobally }) => {
      const server = await db.globally(readSmtpServer);
      if (server === null) throw new FleetError("CONFLICT", "No mail server is set.");
      const text = [
        `${user.name} tries the mail settings of Mosaic Fleet.`,
        `${user.name} prüft die Mail-Einstellungen von Mosaic Fleet.`,
      ];
      await mailer.send(server, { to, subject: "Mosaic Fleet: test / Test", text: text.join("\n\n") });
      await writeGlobally(
        () => Promise.resolve(),
        () => ({ targetId: "smtp", detail: { to } }),
      );
      return { status: 204 };
    },
  });
}

/** A kept password goes to the server that it was given for, and to no other. @throws FleetError VALIDATION_FAILED */
function withPassword(body: SmtpSettings, before: SmtpServer | null): SmtpServer {
  const { password, ...settings } = body;
  if (isIP(settings.host) !== 0 && judgeAddress(settings.host, {}) === "metadata")
    throw invalid("host", "Link-local and metadata addresses are not allowed.");
  const kept = before !== null && isSameServer(before, settings) ? before.password : null;
  const given = password === undefined ? kept : new Secret(password);
  if (settings.username !== null && given === null) throw invalid("password", "Enter the password for this server.");
  return { ...settings, hasPassword: given !== null, password: given };
}

/** On another port another program may listen, and without TLS everyone on the way reads what is sent. */
function isSameServer(one: Place, other: Place): boolean {
  return one.host === other.host && one.port === other.port && one.security === other.security;
}

type Place = Pick<SmtpServer, "host" | "port" | "security">;

function smtpView(server: SmtpServer | null) {
  if (server === null) return { smtp: null };
  const { password, ...settings } = server;
  return { smtp: { ...settings, hasPassword: password !== null } };
}

function invalid(path: string, message: string): FleetError {
  return new FleetError("VALIDATION_FAILED", message, { validations: [{ path, message }] });
}
