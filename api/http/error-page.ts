// What a browser shows when the address that someone opened in it is answered with an error.
import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import type { FleetError } from "../../contracts/core/errors.ts";
import { htmlPolicy } from "./security-headers.ts";
import type { UiFiles } from "./ui-files.ts";

type Language = "en" | "de";
type Words = readonly [title: string, text: string];

/** By status; any other status is shown as 500. */
const WORDS: Readonly<Record<number, Readonly<Record<Language, Words>>>> = {
  400: {
    en: ["This address is not valid", "Check it for typos, or go to the home page."],
    de: ["Diese Adresse ist ungültig", "Prüfe sie auf Tippfehler oder gehe zur Startseite."],
  },
  401: {
    en: ["Sign in first", "This address requires a sign-in or an API key."],
    de: ["Melde dich zuerst an", "Diese Adresse erfordert eine Anmeldung oder einen API-Schlüssel."],
  },
  403: {
    en: ["You do not have access", "Use another account, or the address that your administrator gave you."],
    de: ["Kein Zugriff", "Verwende ein anderes Konto oder die Adresse, die du vom Administrator bekommen hast."],
  },
  404: {
    en: [
      "Page not found",
      "This page does not exist, or you do not have access to it. Check the address, or go to the home page.",
    ],
    de: [
      "Seite nicht gefunden",
      "Diese Seite gibt es nicht, oder du hast keinen Zugriff darauf. Prüfe die Adresse oder gehe zur Startseite.",
    ],
  },
  405: {
    en: ["This is not a page", "This address is for programs. Go to the home page."],
    de: ["Das ist keine Seite", "Diese Adresse ist für Programme. Gehe zur Startseite."],
  },
  429: {
    en: ["Too many requests", "Wait a minute and reload the page."],
    de: ["Zu viele Anfragen", "Warte eine Minute und lade die Seite neu."],
  },
  500: {
    en: [
      "Something went wrong on our side",
      "Reload the page. If that does not help, give your administrator the number below.",
    ],
    de: ["Bei uns ist etwas schiefgegangen", "Lade die Seite neu. Hilft das nicht, gib einem Administrator die Nummer unten."],
  },
  503: {
    en: ["Not available now", "A part of the system does not answer. Wait a moment and reload the page."],
    de: ["Gerade nicht verfügbar", "Ein Teil des Systems antwortet nicht. Warte einen Moment und lade die Seite neu."],
  },
};
const HOME: Readonly<Record<Language, string>> = { en: "Home page", de: "Zur Startseite" };

/** The colours of ui/src/theme/tokens.css, by the system's scheme: no script runs here that could know of another choice. */
const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--text:#16202c;--dim:#566372;--accent:#0b6e69;--on:#fff}
@media(prefers-color-scheme:dark){:root{--bg:#0f151c;--text:#e7ecf2;--dim:#a0adbb;--accent:#45c4ba;--on:#06201e}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);color:var(--text);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{box-sizing:border-box;width:100%;max-width:40rem;padding:2rem 1.25rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
p{margin:0 0 1rem;overflow-wrap:anywhere}
small{color:var(--dim)}
a{display:inline-block;padding:.5rem 1rem;margin-bottom:1.5rem;border-radius:.5rem;background:var(--accent);color:var(--on);
text-decoration:none;font-weight:600}
a:focus-visible{outline:2px solid var(--text);outline-offset:2px}`;

/** Someone opened the address in a browser. Calls of programs, and of our own pages, do not prefer HTML. */
export function isNavigation(request: Request): boolean {
  const mode = request.headers["sec-fetch-mode"];
  if ((request.method !== "GET" && request.method !== "HEAD") || (mode !== undefined && mode !== "navigate")) return false;
  return request.accepts(["application/json", "text/html"]) === "text/html";
}

export interface PageFacts {
  readonly error: FleetError;
  readonly requestId: string;
}

/** The interface itself says that nothing is here; everything else, and without it this too, is a page without any file. */
export function sendErrorPage(request: Request, response: Response, facts: PageFacts & { readonly ui: UiFiles | null }): void {
  const { error, ui } = facts;
  if (error.status === 404 && ui !== null) {
    const { nonce, policy } = htmlPolicy();
    response.set("content-security-policy", policy).type("text/html; charset=utf-8").send(ui.page(nonce));
    return;
  }
  const nonce = randomBytes(16).toString("base64");
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  const language = request.acceptsLanguages(["en", "de"]) === "de" ? "de" : "en";
  response.set("content-security-policy", policy).type("text/html; charset=utf-8");
  response.send(errorPage({ ...facts, language, nonce }));
}

function errorPage({ error, requestId, language, nonce }: PageFacts & { language: Language; nonce: string }): string {
  const [title, text] = (WORDS[error.status] ?? WORDS[error.status >= 500 ? 500 : 400])?.[language] ?? ["", ""];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Mosaic Fleet</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<a href="/">${HOME[language]}</a>
<p><small lang="en">${error.status} · ${escaped(error.message)}<br>${requestId}</small></p>
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
