// What is in effect, and the switch that ends it.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { OidcConfigView } from "../../../../contracts/sign-in/oidc.ts";
import { useApi } from "../../api/api-context.ts";
import { oidcKeys, switchOidcOff } from "./oidc-api.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Fact, Facts } from "../../components/facts.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";

export function ActiveCard({ active }: Pick<OidcConfigView, "active">) {
  const t = useTranslations("signInMethod");
  const [isAsking, setAsking] = useState(false);
  if (active === null)
    return (
      <Paper p={{ base: "md", sm: "lg" }} component="section">
        <Group>
          <StatusBadge status="off" />
          <Text>{t("off")}</Text>
        </Group>
      </Paper>
    );
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack>
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2} size="h3">
              {active.displayName}
            </Title>
            <StatusBadge status="active" />
          </Group>
          <Button variant="default" onClick={() => setAsking(true)}>
            {t("switchOff")}
          </Button>
        </Group>
        <ActiveFacts active={active} />
      </Stack>
      {isAsking ? <SwitchOffDialog onDone={() => setAsking(false)} /> : null}
    </Paper>
  );
}

function ActiveFacts({ active }: { readonly active: NonNullable<OidcConfigView["active"]> }) {
  const t = useTranslations("signInMethod");
  const { issuerUrl, clientId, joinRule, allowedDomains, assumesEmailVerified, adminGroups } = active;
  const domains = joinRule === "domains" ? ` (${allowedDomains.join(", ")})` : "";
  return (
    <Facts>
      <Fact label={t("issuer")}>{issuerUrl}</Fact>
      <Fact label={t("client")}>{clientId}</Fact>
      <Fact label={t("joining")}>{`${t(joinRule)}${domains}`}</Fact>
      <Fact label={t("unsaidEmails")}>{t(assumesEmailVerified ? "unsaidVerified" : "unsaidUnverified")}</Fact>
      <Fact label={t("roles")}>
        {adminGroups.length === 0 ? t("rolesHere") : t("rolesByGroups", { groups: adminGroups.join(", ") })}
      </Fact>
    </Facts>
  );
}

function SwitchOffDialog({ onDone }: { readonly onDone: () => void }) {
  const t = useTranslations("signInMethod");
  const api = useApi();
  const queryClient = useQueryClient();
  const ending = useMutation({
    mutationFn: () => switchOidcOff(api),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: oidcKeys.config });
      onDone();
    },
  });
  return (
    <ConfirmDialog
      title={t("switchOffTitle")}
      body={t("switchOffBody")}
      confirm={t("switchOff")}
      isBusy={ending.isPending}
      error={ending.error}
      onCancel={onDone}
      onConfirm={() => ending.mutate()}
    />
  );
}
