// Events as sentences, in both languages.
import { createTranslator } from "use-intl";
import { AUDIT_ACTIONS } from "../../../../contracts/audit/actions.ts";
import type { AuditEventView } from "../../../../contracts/audit/audit.ts";
import { show } from "../../../testing/show.tsx";
import { useAuditSentence } from "./audit-sentence.ts";
import { auditSentences as german } from "./texts-de.ts";
import { auditSentences as english } from "./texts-en.ts";

const EVENT: AuditEventView = {
  ...{ id: "0", occurredAt: "2026-11-21T10:00:00.000Z", remoteAddress: null, requestId: null, detail: {} },
  ...{ actorKind: "human", actorId: "1", actorName: "Ana", action: "user.deactivate" },
  ...{ targetKind: "user", targetId: "2", targetName: "Ben", outcome: "success" },
};

function Sentence({ event }: { readonly event: AuditEventView }) {
  return useAuditSentence()(event);
}

function said(part: Partial<AuditEventView>): string | null {
  return show(<Sentence event={{ ...EVENT, ...part }} />).container.textContent;
}

test.each<[string, Partial<AuditEventView>, string]>([
  ["what was done, with its reason", { detail: { reason: "Left." } }, "Ana deactivated Ben: “Left.”"],
  ["what was refused, without the code", { outcome: "denied", detail: { reason: "code" } }, "Ana tried to deactivate Ben"],
  ["what failed", { outcome: "failed" }, "Ana tried to deactivate Ben"],
  [
    "a stranger",
    { actorKind: "anonymous", actorId: null, actorName: null, action: "session.create", outcome: "denied" },
    "Someone who was not signed in tried to sign in",
  ],
  ["the system", { actorKind: "system", actorId: null, actorName: "reconciler" }, "The system deactivated Ben"],
  [
    "a target without a name",
    { targetName: null, targetId: "8f14e45f-ceea-467f-8d4b-2f6a3f0c1d11" },
    "Ana deactivated 8f14e45f…",
  ],
  ["an action of another release", { action: "thing.look", targetName: null, targetId: null }, "Ana did thing.look: (unknown)"],
])("%s", (_what, part, sentence) => {
  expect(said(part)).toContain(sentence);
});

const KEYS = Object.entries(AUDIT_ACTIONS).flatMap(([noun, verbs]) => verbs.map((verb) => `${noun}.${verb}`));

test.each([
  ["en", english],
  ["de", german],
] as const)("every action has a sentence in %s, whatever came of it", (locale, texts) => {
  const onError = (error: Error): never => {
    throw error;
  };
  const messages: any = texts;
  const t: any = createTranslator({ locale, messages, onError });
  for (const key of KEYS)
    for (const outcome of ["success", "denied", "failed"])
      expect(t(key, { actor: "Ana", target: "Ben", outcome })).toMatch(/^(Ana|Someone|Jemand) .*\p{L}/u);
});
