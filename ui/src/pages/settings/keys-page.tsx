// Keys for programs that speak to my agent.
import { Button, Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { ApiKeyView } from "../../../../contracts/sign-in/session.ts";
import { useApi } from "../../api/api-context.ts";
import { keyKeys, keysQuery, revokeKey, type CreatedKey } from "../../features/keys/keys-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { ShowOnce } from "../../components/show-once.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { useTickingNow } from "../../components/ticker.ts";
import { TimeText } from "../../components/time-text.tsx";
import { CreateKeyDialog } from "../../features/keys/create-key-dialog.tsx";
import { keyStatus } from "../../features/keys/key-status.ts";

export function KeysPage() {
  const t = useTranslations("keys");
  const keys = useQuery(keysQuery(useApi()));
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const [revoked, setRevoked] = useState<ApiKeyView | null>(null);
  const action = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setCreating(true)}>
      {t("create")}
    </Button>
  );
  return (
    <Page title={t("title")} description={t("description")} action={action}>
      <QueryBoundary query={keys}>
        {(list) => (list.length === 0 ? <EmptyState text={t("empty")} /> : <KeyList keys={list} onRevoke={setRevoked} />)}
      </QueryBoundary>
      {isCreating ? (
        <CreateKeyDialog
          onCancel={() => setCreating(false)}
          onCreated={(key) => {
            setCreating(false);
            setCreated(key);
          }}
        />
      ) : null}
      {revoked === null ? null : <RevokeDialog apiKey={revoked} onDone={() => setRevoked(null)} />}
      {created === null ? null : <NewKey created={created} onStored={() => setCreated(null)} />}
    </Page>
  );
}

interface KeyListProps {
  readonly keys: readonly ApiKeyView[];
  readonly onRevoke: (key: ApiKeyView) => void;
}

function KeyList({ keys, onRevoke }: KeyListProps) {
  return (
    <Stack gap="sm">
      {keys.map((key) => (
        <KeyRow key={key.keyId} apiKey={key} onRevoke={() => onRevoke(key)} />
      ))}
    </Stack>
  );
}

function KeyRow({ apiKey, onRevoke }: { readonly apiKey: ApiKeyView; readonly onRevoke: () => void }) {
  const t = useTranslations("keys");
  const common = useTranslations("common");
  const now = useTickingNow();
  const { name, lastFour, lastUsedAt, expiresAt, scopes } = apiKey;
  return (
    <Paper p="md" component="article">
      <Group justify="space-between" gap="md">
        <Stack gap={4} flex="1 1 16rem" miw={0}>
          <Group gap="sm">
            <Title order={2} size="h3" style={{ overflowWrap: "anywhere" }}>
              {name}
            </Title>
            <StatusBadge status={keyStatus(expiresAt, now)} />
          </Group>
          <Text size="sm" c="dimmed">
            ••••{lastFour} · {t("lastUsed")}: {lastUsedAt === null ? common("never") : <TimeText at={lastUsedAt} />} ·{" "}
            {t("expiry")}: {expiresAt === null ? t("expiryNever") : <TimeText at={expiresAt} />}
          </Text>
          <Text size="sm">{scopes.map((scope) => t(`scope.${scope}`)).join(" · ")}</Text>
        </Stack>
        <Button variant="outline" color="danger" onClick={onRevoke} aria-label={`${t("revoke")}: ${name}`}>
          {t("revoke")}
        </Button>
      </Group>
    </Paper>
  );
}

function RevokeDialog({ apiKey, onDone }: { readonly apiKey: ApiKeyView; readonly onDone: () => void }) {
  const t = useTranslations("keys");
  const api = useApi();
  const queryClient = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeKey(api, apiKey.keyId),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: keyKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title={t("revokeTitle", { name: apiKey.name })}
      body={t("revokeBody")}
      confirm={t("revoke")}
      isBusy={revoking.isPending}
      error={revoking.error}
      onCancel={onDone}
      onConfirm={() => revoking.mutate()}
    />
  );
}

function NewKey({ created, onStored }: { readonly created: CreatedKey; readonly onStored: () => void }) {
  const t = useTranslations("keys");
  const snippet = [
    `curl ${location.origin}/v1/chat/completions \\`,
    `  -H "authorization: Bearer $MOSAIC_API_KEY" -H "content-type: application/json" \\`,
    `  -d '{"model":"openclaw","messages":[{"role":"user","content":"Hello"}]}'`,
  ].join("\n");
  return (
    <ShowOnce title={t("onceTitle")} explanation={t("onceText")} secret={created.apiKey} onStored={onStored}>
      <div>
        <Text size="sm" mb={4}>
          {t("snippet")}
        </Text>
        <Code block tabIndex={0}>
          {snippet}
        </Code>
      </div>
    </ShowOnce>
  );
}
