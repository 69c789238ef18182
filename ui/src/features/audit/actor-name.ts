// Who did it, in words.
import { useTranslations } from "use-intl";
import type { AuditEventView } from "../../../../contracts/audit/audit.ts";

type Actor = Pick<AuditEventView, "actorKind" | "actorName" | "actorId">;

export function useActorName(): (actor: Actor) => string {
  const t = useTranslations("auditWords");
  return ({ actorKind, actorName, actorId }) =>
    actorKind === "system" ? t("actors.system") : (actorName ?? actorId ?? t(`actors.${actorKind}`));
}
