// Identities at the identity provider that sign in to this account. Without a provider and without any there is nothing to say.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { identitiesQuery, unlinkIdentity, type OwnIdentity } from "./identities-api.ts";
import { signInMethodsQuery } from "../sign-in/session-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { LinkIdentityDialog } from "./link-identity-dialog.tsx";
import classes from "./sessions-card.module.css";

/** `username` null: this person has no password here, so that these are their only way in. */
export function IdentitiesCard({ username }: { readonly username: string | null }) {
  const t = useTranslations("profile");
  const api = useApi();
  const identities = useQuery(identitiesQuery(api));
  const methods = useQuery(signInMethodsQuery(api));
  const provider = methods.data?.oidc ?? null;
  const hasAny = (identities.data?.length ?? 0) > 0;
  if (identities.isPending || methods.isPending) return <LinesSkeleton lines={3} />;
  if (provider === null && !hasAny && !identities.isError) return null;
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <div>
          <Title order={2} size="h3">
            {t("identities")}
          </Title>
          <Text c="dimmed">{username === null ? t("identitiesOnly") : t("identitiesHint")}</Text>
        </div>
        <QueryBoundary query={identities}>{(list) => <IdentityList list={list} isKept={username === null} />}</QueryBoundary>
        {provider === null || username === null ? null : <LinkButton provider={provider.displayName} username={username} />}
      </Stack>
    </Paper>
  );
}

function IdentityList({ list, isKept }: { readonly list: readonly OwnIdentity[]; readonly isKept: boolean }) {
  const t = useTranslations("profile");
  if (list.length === 0) return <Text>{t("noIdentities")}</Text>;
  return (
    <ul className={classes["list"]}>
      {list.map((identity) => (
        <IdentityLine key={identity.id} identity={identity} isKept={isKept} />
      ))}
    </ul>
  );
}

function IdentityLine({ identity, isKept }: { readonly identity: OwnIdentity; readonly isKept: boolean }) {
  const t = useTranslations("profile");
  const [isRequest, setAsked] = useState(false);
  const { issuer, createdAt, lastUsedAt } = identity;
  const used = lastUsedAt === null ? { label: t("linkedAt"), at: createdAt } : { label: t("lastSeen"), at: lastUsedAt };
  return (
    <li className={classes["line"]}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <div className={classes["text"]}>
          <Text fw={600}>{issuer}</Text>
          <Text size="sm" c="dimmed">
            {used.label} <TimeText at={used.at} />
          </Text>
        </div>
        {isKept ? null : (
          <Button variant="default" flex="none" aria-label={t("unlinkOne", { issuer })} onClick={() => setAsked(true)}>
            {t("unlink")}
          </Button>
        )}
      </Group>
      {isRequest ? <UnlinkDialog identity={identity} onDone={() => setAsked(false)} /> : null}
    </li>
  );
}

function UnlinkDialog({ identity, onDone }: { readonly identity: OwnIdentity; readonly onDone: () => void }) {
  const t = useTranslations("profile");
  const api = useApi();
  const queryClient = useQueryClient();
  const unlinking = useMutation({
    mutationFn: () => unlinkIdentity(api, identity.id),
    onSuccess: onDone,
    onSettled: () => queryClient.invalidateQueries({ queryKey: identitiesQuery(api).queryKey }),
  });
  return (
    <ConfirmDialog
      title={t("unlinkTitle", { issuer: identity.issuer })}
      body={t("unlinkBody")}
      confirm={t("unlink")}
      isBusy={unlinking.isPending}
      error={unlinking.error}
      onCancel={onDone}
      onConfirm={() => unlinking.mutate()}
    />
  );
}

function LinkButton({ provider, username }: { readonly provider: string; readonly username: string }) {
  const t = useTranslations("profile");
  const [isRequest, setAsked] = useState(false);
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={() => setAsked(true)}>
        {t("link", { provider })}
      </Button>
      {isRequest ? <LinkIdentityDialog provider={provider} username={username} onCancel={() => setAsked(false)} /> : null}
    </Group>
  );
}
