// The broker's keys: who uses one, for what, until when; making one and taking one back.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { brokerKeysQuery, credentialKeys, revokeBrokerKey, type BrokerKey, type CreatedBrokerKey } from "./credentials-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { LinesSkeleton, QueryBoundary } from "../../components/query-boundary.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { useTickingNow } from "../../components/ticker.ts";
import { TimeText } from "../../components/time-text.tsx";
import { useAdoptedPage, useListSearch } from "../../components/use-list-search.ts";
import { keyStatus } from "../keys/key-status.ts";
import { cutPage } from "./cut-page.ts";
import { NewBrokerKey } from "./new-broker-key.tsx";
import { loadFile } from "../../load-file.ts";

const CreateBrokerKey = lazy(async () => ({
  default: (await loadFile(() => import("./create-broker-key.tsx"))).CreateBrokerKey,
}));

export function KeysTab() {
  const t = useTranslations("brokerKeys");
  const keys = useQuery(brokerKeysQuery(useApi()));
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedBrokerKey | null>(null);
  const show = (key: CreatedBrokerKey): void => {
    setCreating(false);
    setCreated(key);
  };
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" flex="1 1 18rem">
          {t("description")}
        </Text>
        <Button variant="default" leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setCreating(true)}>
          {t("create")}
        </Button>
      </Group>
      <QueryBoundary query={keys} skeleton={<LinesSkeleton lines={4} height={44} />}>
        {(list) => <KeyTable keys={list} />}
      </QueryBoundary>
      <Suspense fallback={null}>
        {isCreating ? <CreateBrokerKey onCancel={() => setCreating(false)} onCreated={show} /> : null}
      </Suspense>
      {created === null ? null : <NewBrokerKey created={created} onStored={() => setCreated(null)} />}
    </Stack>
  );
}

function KeyTable({ keys }: { readonly keys: readonly BrokerKey[] }) {
  const t = useTranslations("brokerKeys");
  const credentials = useTranslations("credentials");
  const list = useListSearch();
  const columns = useColumns();
  const [asked, setAsked] = useState<BrokerKey | null>(null);
  const { rows, meta } = cutPage(keys, list);
  useAdoptedPage(list, meta);
  return (
    <>
      <DataTable
        label={credentials("tabs.keys")}
        rows={rows}
        idOf={({ keyId }) => keyId}
        nameOf={({ name }) => name}
        columns={columns}
        renderActions={(key) =>
          key.revokedAt === null ? <RevokeButton name={key.name} onClick={() => setAsked(key)} /> : null
        }
        list={list}
        meta={meta}
        empty={t("empty")}
      />
      {asked === null ? null : <RevokeDialog brokerKey={asked} onDone={() => setAsked(null)} />}
    </>
  );
}

function useColumns(): readonly Column<BrokerKey>[] {
  const t = useTranslations("brokerKeys");
  const roles = useTranslations("leases.role");
  const common = useTranslations("common");
  const now = useTickingNow();
  return [
    { key: "name", header: t("name"), render: ({ name }) => name },
    {
      key: "status",
      header: t("status"),
      render: (key) => <StatusBadge status={key.revokedAt === null ? keyStatus(key.expiresAt, now) : "revoked"} />,
    },
    { key: "key", header: t("key"), render: ({ keyId, lastFour }) => <span title={keyId}>••••{lastFour}</span> },
    { key: "role", header: t("role"), render: ({ role }) => roles(role) },
    { key: "kinds", header: t("kinds"), render: ({ kinds }) => kinds?.join(", ") ?? t("allKinds") },
    {
      key: "expiry",
      header: t("expiry"),
      render: ({ expiresAt }) => (expiresAt === null ? t("never") : <TimeText at={expiresAt} />),
    },
    {
      key: "lastUsed",
      header: t("lastUsed"),
      render: ({ lastUsedAt }) => (lastUsedAt === null ? common("never") : <TimeText at={lastUsedAt} />),
    },
  ];
}

function RevokeButton({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  const t = useTranslations("brokerKeys");
  return (
    <Button variant="subtle" color="danger" aria-label={`${t("revoke")}: ${name}`} onClick={onClick}>
      {t("revoke")}
    </Button>
  );
}

function RevokeDialog({ brokerKey, onDone }: { readonly brokerKey: BrokerKey; readonly onDone: () => void }) {
  const { keyId, name } = brokerKey;
  const t = useTranslations("brokerKeys");
  const api = useApi();
  const queryClient = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeBrokerKey(api, keyId),
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: credentialKeys.brokerKeys });
    },
  });
  return (
    <ConfirmDialog
      title={t("revokeTitle", { name })}
      body={t("revokeBody")}
      confirm={t("revoke")}
      isBusy={revoking.isPending}
      error={revoking.error}
      onCancel={onDone}
      onConfirm={() => revoking.mutate()}
    />
  );
}
