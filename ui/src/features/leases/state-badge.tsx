// The state of a credential as icon, word and colour.
import IconBan from "@tabler/icons-react/dist/esm/icons/IconBan.mjs";
import IconCircle from "@tabler/icons-react/dist/esm/icons/IconCircle.mjs";
import IconClock from "@tabler/icons-react/dist/esm/icons/IconClock.mjs";
import IconLock from "@tabler/icons-react/dist/esm/icons/IconLock.mjs";
import IconShield from "@tabler/icons-react/dist/esm/icons/IconShield.mjs";
import { useTranslations } from "use-intl";
import { Badge } from "../../components/status-badge.tsx";
import type { CredentialState } from "./credential-state.ts";

const LOOKS = {
  free: { color: "green", icon: IconCircle },
  leased: { color: "blue", icon: IconLock },
  cooling: { color: "cyan", icon: IconClock },
  pending: { color: "red", icon: IconClock },
  quarantined: { color: "amber", icon: IconShield },
  disabled: { color: "grey", icon: IconBan },
} as const satisfies Record<CredentialState, object>;

export function CredentialBadge({ state }: { readonly state: CredentialState }) {
  const t = useTranslations("leases.states");
  return <Badge {...LOOKS[state]}>{t(state)}</Badge>;
}
