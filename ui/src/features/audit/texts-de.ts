// The audit log in German sentences: one for each action.
import type { Shape } from "../../i18n/shape.ts";
import type * as en from "./texts-en.ts";

const done = (rest: string, past: string, infinitive: string): string =>
  `{actor} {outcome, select, success {hat ${rest} ${past}} other {wollte ${rest} ${infinitive}}}`;

export const auditSentences: Shape<typeof en.auditSentences> = {
  agent: {
    restart: done("den eigenen Agenten", "neu gestartet", "neu starten"),
    stop: done("den eigenen Agenten", "gestoppt", "stoppen"),
    retire: done("den eigenen Agenten samt Gedächtnis", "gelöscht", "löschen"),
    create: done("den Agenten {target}", "angelegt", "anlegen"),
    update: done("den Agenten {target}", "geändert", "ändern"),
    disable: done("den Agenten {target}", "deaktiviert", "deaktivieren"),
    enable: done("den Agenten {target}", "aktiviert", "aktivieren"),
  },
  "agent-key": {
    create: done("einen Schlüssel eines Agenten ({target})", "angelegt", "anlegen"),
    rotate: done("einen Schlüssel eines Agenten ({target})", "ersetzt", "ersetzen"),
    update: done("einen Schlüssel eines Agenten ({target})", "geändert", "ändern"),
    revoke: done("einen Schlüssel eines Agenten ({target})", "widerrufen", "widerrufen"),
    "overlap-end": "{actor} hat einen ersetzten Schlüssel eines Agenten ({target}) widerrufen",
  },
  "agent-config": { update: done("die Einstellungen des eigenen Agenten", "geändert", "ändern") },
  audit: { export: done("das Audit-Log", "exportiert", "exportieren") },
  breakglass: {
    create:
      "Jemand am Server {outcome, select, success {hat den Notfall-Admin {target} angelegt} other {wollte den Notfall-Admin {target} anlegen}}",
    reset:
      "Jemand am Server {outcome, select, success {hat das Passwort von {target} zurückgesetzt} other {wollte das Passwort von {target} zurücksetzen}}",
  },
  container: {
    restart: done("den Agenten von {target}", "neu gestartet", "neu starten"),
    stop: done("den Agenten von {target}", "gestoppt", "stoppen"),
    retire: done("den Agenten von {target} samt Gedächtnis", "gelöscht", "löschen"),
    "bulk-action": done("mehrere Agenten", "neu gestartet oder gestoppt", "neu starten oder stoppen"),
    find_orphan: "{actor} hat einen nicht mehr benötigten Container von {target} gefunden",
    remove_orphan: done("einen nicht mehr benötigten Container von {target}", "entfernt", "entfernen"),
  },
  credential: {
    add: done("das Credential {target}", "hinzugefügt", "hinzufügen"),
    enable: done("das Credential {target}", "aktiviert", "aktivieren"),
    disable: done("das Credential {target}", "deaktiviert", "deaktivieren"),
    release: done("die Lease von {target}", "zwangsweise freigegeben", "zwangsweise freigeben"),
    read_payload: done("die Geheimnisse von {target}", "gelesen", "lesen"),
  },
  credential_key: {
    create: done("den Broker-Schlüssel {target}", "angelegt", "anlegen"),
    revoke: done("den Broker-Schlüssel {target}", "widerrufen", "widerrufen"),
  },
  credential_pool: { limit: done("die Grenzen von {target}", "geändert", "ändern") },
  invite: {
    create: done("{target}", "eingeladen", "einladen"),
    revoke: done("die Einladung von {target}", "widerrufen", "widerrufen"),
    accept: done("eine Einladung", "angenommen", "annehmen"),
  },
  key: {
    create: done("einen persönlichen Schlüssel ({target})", "angelegt", "anlegen"),
    revoke: done("einen persönlichen Schlüssel ({target})", "widerrufen", "widerrufen"),
  },
  oidc: {
    candidate: done("Einstellungen des Identity-Providers zum Testen", "gespeichert", "speichern"),
    discard: done("ungetestete Einstellungen des Identity-Providers", "verworfen", "verwerfen"),
    test: done("den Identity-Provider", "getestet", "testen"),
    activate: done("den Identity-Provider", "aktiviert", "aktivieren"),
    delete: done("den Identity-Provider", "entfernt", "entfernen"),
  },
  onboarding: {
    "create-admin": "{actor} {outcome, select, success {ist erster Admin geworden} other {wollte erster Admin werden}}",
    oidc: done("den Identity-Provider bei der Einrichtung", "eingetragen", "eintragen"),
    provider: done("den Provider {target} bei der Einrichtung", "hinzugefügt", "hinzufügen"),
    "system-agent": done("den System-Agenten {target} bei der Einrichtung", "angelegt", "anlegen"),
    complete: done("die Einrichtung", "abgeschlossen", "abschließen"),
  },
  outbound: {
    update: done("die ausgehende Verbindung", "geändert", "ändern"),
    test: done("die ausgehende Verbindung", "getestet", "testen"),
    delete: done("die ausgehende Verbindung", "zurückgesetzt", "zurücksetzen"),
  },
  profile: {
    update: done("das eigene Profil", "geändert", "ändern"),
    password: done("das eigene Passwort", "geändert", "ändern"),
    "identity-link": done("das eigene Konto mit dem Identity-Provider", "verknüpft", "verknüpfen"),
    "identity-unlink": done("das eigene Konto vom Identity-Provider", "getrennt", "trennen"),
  },
  provider: {
    create: done("den Provider {target}", "hinzugefügt", "hinzufügen"),
    update: done("den Provider {target}", "geändert", "ändern"),
    delete: done("den Provider {target}", "gelöscht", "löschen"),
  },
  "registered-agent": {
    create: done("den Agenten {target}", "registriert", "registrieren"),
    update: done("den registrierten Agenten {target}", "geändert", "ändern"),
    delete: done("den registrierten Agenten {target}", "entfernt", "entfernen"),
  },
  session: {
    create: "{actor} {outcome, select, success {hat sich angemeldet} other {wollte sich anmelden}}",
    delete: "{actor} {outcome, select, success {hat sich abgemeldet} other {wollte sich abmelden}}",
    end: done("eine eigene Sitzung", "beendet", "beenden"),
    "end-others": done("sich überall sonst", "abgemeldet", "abmelden"),
  },
  smtp: {
    update: done("den Mailserver", "geändert", "ändern"),
    test: done("eine Testmail", "gesendet", "senden"),
    delete: done("den Mailserver", "entfernt", "entfernen"),
  },
  "system-agent": {
    create: done("den System-Agenten {target}", "angelegt", "anlegen"),
    update: done("den System-Agenten {target}", "geändert", "ändern"),
    delete: done("den System-Agenten {target}", "gelöscht", "löschen"),
    settings: done("die Einstellungen von {target}", "geändert", "ändern"),
    "provider-create": done("einen Provider von {target}", "hinzugefügt", "hinzufügen"),
    "provider-update": done("einen Provider von {target}", "geändert", "ändern"),
    "provider-delete": done("einen Provider von {target}", "gelöscht", "löschen"),
  },
  team: {
    create: done("das Team {target}", "angelegt", "anlegen"),
    update: done("das Team {target}", "geändert", "ändern"),
    members: done("die Mitglieder des Teams {target}", "geändert", "ändern"),
    delete: done("das Team {target}", "gelöscht", "löschen"),
  },
  user: {
    create: done("{target}", "hinzugefügt", "hinzufügen"),
    update: done("das Konto von {target}", "geändert", "ändern"),
    deactivate: done("{target}", "deaktiviert", "deaktivieren"),
    reactivate: done("{target}", "reaktiviert", "reaktivieren"),
    "password-reset": done("das Passwort von {target}", "zurückgesetzt", "zurücksetzen"),
  },
  workspace: {
    create: done("den Workspace {target}", "angelegt", "anlegen"),
    update: done("den Workspace {target}", "geändert", "ändern"),
    delete: done("den Workspace {target}", "gelöscht", "löschen"),
  },
  "workspace-member": {
    add: done("ein Mitglied zu {target}", "hinzugefügt", "hinzufügen"),
    update: done("die Rolle eines Mitglieds von {target}", "geändert", "ändern"),
    remove: done("ein Mitglied aus {target}", "entfernt", "entfernen"),
  },
};

export const auditWords: Shape<typeof en.auditWords> = {
  other: "{actor} {outcome, select, success {hat} other {wollte}} {action}: {target}",
  withReason: "{sentence}: „{reason}“",
  actors: {
    human: "Eine Person",
    agent: "Ein Agent",
    container: "Ein Container",
    system: "Das System",
    broker: "Ein Client des Brokers",
    anonymous: "Jemand ohne Anmeldung",
  },
  unknown: "(unbekannt)",
};
