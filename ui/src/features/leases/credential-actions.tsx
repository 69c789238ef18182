// What an administrator can do about one credential; each with a reason.
import { ActionIcon, Menu, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { changeCredential, credentialKeys, type CredentialVerb, type PooledCredential } from "./credentials-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { nameOf, type CredentialState } from "./credential-state.ts";

export interface CredentialActionsProps {
  readonly credential: PooledCredential;
  readonly state: CredentialState;
  readonly onAsk: (verb: CredentialVerb) => void;
}

export function CredentialActions({ credential, state, onAsk }: CredentialActionsProps) {
  const t = useTranslations("leases");
  const common = useTranslations("common");
  const name = nameOf(credential);
  const { credentialId: id, status } = credential;
  const canEnable = status === "disabled" || state === "cooling";
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" size={36} aria-label={common("actionsFor", { name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item renderRoot={(props) => <Link to="/admin/credentials" search={{ tab: "events", search: id }} {...props} />}>
          {t("history")}
        </Menu.Item>
        {state === "leased" ? (
          <Menu.Item c="var(--mosaic-danger)" onClick={() => onAsk("release")}>
            {t("release")}
          </Menu.Item>
        ) : null}
        {canEnable ? <Menu.Item onClick={() => onAsk("enable")}>{t("enable")}</Menu.Item> : null}
        {status === "disabled" ? null : <DisableItem isLeased={state === "leased"} onAsk={() => onAsk("disable")} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function DisableItem({ isLeased, onAsk }: { readonly isLeased: boolean; readonly onAsk: () => void }) {
  const t = useTranslations("leases");
  return (
    <Menu.Item c="var(--mosaic-danger)" disabled={isLeased} onClick={onAsk}>
      {t("disable")}
      {isLeased ? (
        <Text size="xs" c="dimmed">
          {t("disableLeased")}
        </Text>
      ) : null}
    </Menu.Item>
  );
}

export interface ChangeDialogProps {
  readonly credential: PooledCredential;
  readonly verb: CredentialVerb;
  readonly onDone: () => void;
}

export function ChangeDialog({ credential, verb, onDone }: ChangeDialogProps) {
  const t = useTranslations("leases");
  const api = useApi();
  const queryClient = useQueryClient();
  const name = nameOf(credential);
  const changing = useMutation({
    mutationFn: (reason: string) => changeCredential(api, credential.credentialId, { verb, reason }),
    onSuccess: onDone,
    onSettled: () => queryClient.invalidateQueries({ queryKey: credentialKeys.all }),
  });
  const owner = credential.lease?.ownerId ?? t("nobody");
  return (
    <ConfirmDialog
      title={t(`${verb}Title`, { name })}
      body={verb === "release" ? t("releaseBody", { owner }) : t(`${verb}Body`)}
      confirm={t(verb)}
      isDangerous={verb !== "enable"}
      needsReason
      isBusy={changing.isPending}
      error={changing.error}
      errorTexts={{ CONFLICT: t("stillLeased") }}
      onCancel={onDone}
      onConfirm={(reason) => changing.mutate(reason)}
    />
  );
}
