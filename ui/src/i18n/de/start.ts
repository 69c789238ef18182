// Texts of the set-up and of signing in, in German.
import type * as en from "../en/start.ts";
import type { Shape } from "../shape.ts";

export const signIn = {
  title: "Anmelden",
  username: "Benutzername",
  password: "Passwort",
  submit: "Anmelden",
  oidc: "Mit {name} anmelden",
  or: "oder mit einem lokalen Konto",
} as const satisfies Shape<typeof en.signIn>;

export const onboarding = {
  title: "Mosaic Fleet einrichten",
  steps: "Schritte",
  stepOf: "Schritt {step, number} von {steps, number}",
  done: "erledigt",
  admin: "Administrator",
  adminTitle: "Der erste Administrator",
  adminText: "Dieses Konto funktioniert immer, auch wenn eine zentrale Anmeldung ausfällt. Bewahre sein Passwort sicher auf.",
  setupToken: "Einrichtungs-Token",
  setupTokenHint: "Der Start hat es ausgegeben: Suche im Terminal nach „Set-up token“.",
  username: "Benutzername",
  password: "Passwort",
  passwordHint: "Mindestens 12 Zeichen. Ein Satz ist leicht zu merken.",
  passwordRepeat: "Passwort wiederholen",
  continue: "Weiter",
  skip: "Schritt überspringen",
  raceLost: "Jemand anderes hat das gerade eingerichtet.",
  resumeTitle: "Als Administrator weitermachen",
  resumeText: "Den Administrator gibt es schon. Melde dich an, um die Einrichtung fortzusetzen.",
  signIn: "Anmeldung",
  signInTitle: "Zentrale Anmeldung",
  signInText:
    "Alle können sich mit einem OpenID-Connect-Anbieter anmelden. Du kannst das später nachholen, und das lokale Konto gilt daneben weiter.",
  signInCheck: "Prüfen und weiter",
  signInStored: "Gespeichert. Probiere es jetzt aus, oder setze es später in Kraft: Verwaltung, Anmeldeverfahren.",
  signInTested: "Die Probe ist gelungen. Setze es in Kraft, dann können sich alle damit anmelden.",
  signInActivate: "In Kraft setzen und weiter",
  signInLater: "Ohne das weiter",
  signInChange: "Werte ändern",
  issuerUrl: "Adresse des Ausstellers",
  issuerHint: "Zum Beispiel https://id.example.org. Seine Beschreibung wird jetzt gelesen.",
  clientId: "Client-ID",
  clientSecret: "Client-Geheimnis",
  provider: "Anbieter",
  providerTitle: "Dein erster Modellanbieter",
  providerText:
    "Dein Agent denkt mit einem Modell dieses Anbieters. Die Verbindung wird wirklich getestet, bevor etwas gespeichert wird.",
  agents: "Systemagenten",
  agentsTitle: "Systemagenten",
  agentsText: "Sie laufen immer und gehören der Installation, keiner Person. Du kannst sie später anlegen.",
  agentName: "Name",
  agentDisplayName: "Angezeigt als",
  agentRole: "Rolle",
  addAgent: "Weiteren hinzufügen",
  removeAgent: "{name} entfernen",
  finish: "Fertig",
  finishTitle: "Alles ist bereit",
  finishText: "Schließe die Einrichtung ab und schicke deinem Agenten eine erste Nachricht: Damit startet er.",
  finishSubmit: "Einrichtung abschließen",
} as const satisfies Shape<typeof en.onboarding>;

export const roles = {
  admin: "Administrator",
  member: "Mitglied",
  operations: "Betrieb",
  monitor: "Überwachung",
  scheduler: "Zeitplanung",
  owner: "Eigentümer",
  guest: "Gast",
  workspaceAdmin: "Admin",
} as const satisfies Shape<typeof en.roles>;
