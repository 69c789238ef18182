// One kind of credentials: how full its pool is, why it gives nothing, who waits, and its limits.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { Pool } from "./credentials-api.ts";
import { Notice } from "../../components/error-notice.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { LimitsDialog } from "./limits-dialog.tsx";
import { PoolBar } from "./pool-bar.tsx";
import { Waiters } from "./waiters.tsx";

const PADDING = { base: "md", sm: "lg" } as const;

export interface PoolCardProps {
  readonly pool: Pool;
  /** When the pool was read: its times are counted from there. */
  readonly readAtMs: number;
}

export function PoolCard({ pool, readAtMs }: PoolCardProps) {
  const t = useTranslations("pools");
  const { kind, total, exhausted, nextExpiryMs, waiters } = pool;
  return (
    <Paper p={PADDING} component="section" aria-label={kind}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="sm" align="baseline">
            <Title order={2} size="h3" style={{ overflowWrap: "anywhere" }}>
              {kind}
            </Title>
            <Text c="dimmed">{t("size", { total })}</Text>
          </Group>
          <Links kind={kind} />
        </Group>
        <PoolBar pool={pool} />
        {exhausted === null ? null : (
          <Notice tone={exhausted === "empty" || exhausted === "all_disabled" ? "danger" : "warning"}>
            <Text>{t(`exhausted.${exhausted}`)}</Text>
            <Text size="sm">
              {nextExpiryMs === null ? t("nothingByItself") : <NextChange atMs={readAtMs + nextExpiryMs} />}
            </Text>
          </Notice>
        )}
        {exhausted === null && nextExpiryMs !== null ? (
          <Text size="sm" c="dimmed">
            <NextChange atMs={readAtMs + nextExpiryMs} />
          </Text>
        ) : null}
        {waiters === 0 ? null : <Waiters kind={kind} count={waiters} />}
        <Limits pool={pool} />
      </Stack>
    </Paper>
  );
}

function Links({ kind }: { readonly kind: string }) {
  const t = useTranslations("pools");
  return (
    <Group gap="xs">
      <Button
        renderRoot={(props) => <Link to="/admin/credentials" search={{ tab: "credentials", kind }} {...props} />}
        variant="default"
        aria-label={`${t("show")}: ${kind}`}
      >
        {t("show")}
      </Button>
      <Button
        renderRoot={(props) => <Link to="/admin/credentials" search={{ tab: "events", kind }} {...props} />}
        variant="subtle"
        aria-label={`${t("events")}: ${kind}`}
      >
        {t("events")}
      </Button>
    </Group>
  );
}

function NextChange({ atMs }: { readonly atMs: number }) {
  const t = useTranslations("pools");
  return t.rich("nextExpiry", { when: () => <TimeText at={new Date(atMs).toISOString()} /> });
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

function Limits({ pool: { kind, limits } }: { readonly pool: Pool }) {
  const t = useTranslations("pools");
  const [isEditing, setEditing] = useState(false);
  const { maxLeases, maxLeaseTtlMs, maxLifetimeMs, coolDownMs } = limits;
  const set = [
    maxLeases === null ? null : t("limitLeases", { count: maxLeases }),
    maxLeaseTtlMs === null ? null : t("limitTtl", { minutes: maxLeaseTtlMs / MINUTE_MS }),
    maxLifetimeMs === null ? null : t("limitLifetime", { minutes: maxLifetimeMs / MINUTE_MS }),
    coolDownMs === null ? null : t("limitRest", { seconds: coolDownMs / SECOND_MS }),
  ].filter((text) => text !== null);
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" c="dimmed" flex="1 1 14rem">
        {set.length === 0 ? t("noLimits") : `${t("limits")}: ${set.join(" · ")}`}
      </Text>
      <Button variant="subtle" aria-label={`${t("editLimits")}: ${kind}`} onClick={() => setEditing(true)}>
        {t("editLimits")}
      </Button>
      {isEditing ? <LimitsDialog kind={kind} limits={limits} onDone={() => setEditing(false)} /> : null}
    </Group>
  );
}
