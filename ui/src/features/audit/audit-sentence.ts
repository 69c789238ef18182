// An event as a sentence: who did what to what, or tried to, and the reason that they gave.
import { useTranslations } from "use-intl";
import { AUDIT_ACTIONS, type AuditAction } from "../../../../contracts/audit/actions.ts";
import type { AuditEventView } from "../../../../contracts/audit/audit.ts";
import { useActorName } from "./actor-name.ts";

/** As much of a long id as identifies it. */
const SHORT_ID_CHARS = 8;
const LONG_ID_CHARS = 24;
const ACTIONS: ReadonlySet<string> = new Set(
  Object.entries(AUDIT_ACTIONS).flatMap(([noun, verbs]) => verbs.map((verb) => `${noun}.${verb}`)),
);

/** False for an action that an older or newer release recorded. */
function isAuditAction(action: string): action is AuditAction {
  return ACTIONS.has(action);
}

export function useAuditSentence(): (event: AuditEventView) => string {
  const sentences = useTranslations("auditSentences");
  const t = useTranslations("auditWords");
  const nameOf = useActorName();
  return (event) => {
    const { action, outcome, targetName, targetId } = event;
    const values = { actor: nameOf(event), target: targetName ?? shortId(targetId) ?? t("unknown"), outcome };
    const sentence = isAuditAction(action) ? sentences(action, values) : t("other", { ...values, action });
    const reason = reasonOf(event);
    return reason === null ? sentence : t("withReason", { sentence, reason });
  };
}

function shortId(id: string | null): string | null {
  return id !== null && id.length > LONG_ID_CHARS ? `${id.slice(0, SHORT_ID_CHARS)}…` : id;
}

/** Of what was done: the reason of a refusal is a code, which is in the details. */
function reasonOf({ outcome, detail }: AuditEventView): string | null {
  const { reason } = detail;
  return outcome === "success" && typeof reason === "string" && reason !== "" ? reason : null;
}
