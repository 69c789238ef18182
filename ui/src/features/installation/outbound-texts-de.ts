// Texts of the outbound connections, in German.
import type * as en from "./outbound-texts-en.ts";
import type { Shape } from "../../i18n/shape.ts";

export const outbound = {
  title: "Ausgehende Verbindungen",
  text: "So verbindet sich diese Installation mit Modellanbietern, Identitätsanbieter und Mailserver, und so erreichen Agenten das Internet. Interne Adressen laufen nie über den Proxy.",
  fromEnvironment: "Aktiv: die Umgebungsvariablen der api.",
  fromSettings: "Aktiv: die hier gespeicherten Einstellungen.",
  proxy: "Proxy",
  proxyHint: "Leer lassen für direkte Verbindungen. E-Mails laufen nie über den Proxy.",
  proxyWrong: "Verwende http://name:port, ohne Benutzername und Pfad.",
  username: "Proxy-Benutzername",
  password: "Proxy-Passwort",
  exceptions: "Ausnahmen",
  exceptionsHint:
    "Werden ohne Proxy erreicht: Hostnamen, Adressen oder Netze, eins pro Zeile. Ein Name schließt seine Subdomains ein.",
  certificates: "Zertifizierungsstellen",
  certificatesHint: "Eigene, im PEM-Format. Sie gelten zusätzlich zu den üblichen.",
  pemWrong: "Füge vollständige Zertifikate ein, die mit -----BEGIN CERTIFICATE----- beginnen.",
  save: "Speichern",
  saved:
    "Gespeichert. Gilt für Agenten ab dem nächsten Start; ein Agent, der seinen Modellanbieter nicht erreicht, startet bei der nächsten Nachricht neu.",
  reset: "Umgebungsvariablen verwenden",
  try: "Adresse testen",
  tryDirty: "Speichere zuerst deine Änderungen: Getestet werden die gespeicherten Einstellungen.",
  address: "Adresse",
  addressWrong: "Gib eine Adresse ein, die mit https:// oder http:// beginnt.",
  tryButton: "Testen",
  answered: "Die Adresse antwortet, ohne Proxy.",
  answeredByProxy: "Die Adresse antwortet, über den Proxy.",
} as const satisfies Shape<typeof en.outbound>;
