// The way from a container to its workflow in the Temporal UI; nothing where that UI's address is not known.
import { ActionIcon, Anchor } from "@mantine/core";
import IconExternalLink from "@tabler/icons-react/dist/esm/icons/IconExternalLink.mjs";
import { useTranslations } from "use-intl";
import type { FleetContainer } from "../../../../contracts/containers/fleet.ts";

const ELSEWHERE = { target: "_blank", rel: "noreferrer" } as const;

type Linked = Pick<FleetContainer, "workflowUrl" | "ownerName">;

export function WorkflowIcon({ container: { workflowUrl, ownerName } }: { readonly container: Linked }) {
  const t = useTranslations("fleet");
  if (workflowUrl === null) return null;
  const label = `${t("openWorkflowOf", { name: ownerName })} ${t("newTab")}`;
  return (
    <ActionIcon
      component="a"
      href={workflowUrl}
      {...ELSEWHERE}
      variant="subtle"
      size={36}
      aria-label={label}
      title={t("openWorkflow")}
    >
      <IconExternalLink size={18} aria-hidden />
    </ActionIcon>
  );
}

export function WorkflowLink({ container: { workflowUrl } }: { readonly container: Linked }) {
  const t = useTranslations("fleet");
  if (workflowUrl === null) return null;
  return (
    <Anchor inherit href={workflowUrl} {...ELSEWHERE} aria-label={`${t("openWorkflow")} ${t("newTab")}`}>
      {t("openWorkflow")} <IconExternalLink size={14} aria-hidden style={{ verticalAlign: "-2px" }} />
    </Anchor>
  );
}
