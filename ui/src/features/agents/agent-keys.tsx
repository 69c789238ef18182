// The keys of one of my agents: those that work, then those that have ended.
import { ActionIcon, Button, Code, Group, Menu, Paper, Stack, Text, Title } from "@mantine/core";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { KEYS_PER_AGENT_MAX } from "../../../../contracts/agents/facts.ts";
import type { AgentKeyView } from "../../../../contracts/agents/schema.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { useTickingNow } from "../../components/ticker.ts";
import { TimeText } from "../../components/time-text.tsx";
import { loadFile } from "../../load-file.ts";
import type { AskedOfKeys } from "./agent-key-dialogs.tsx";
import { agentKeyStatus, hasEnded } from "./agent-key-status.ts";
import { useKeyName } from "./key-name.ts";
import { ScopeWords } from "./scope-checks.tsx";

const KeyDialog = lazy(async () => ({ default: (await loadFile(() => import("./agent-key-dialogs.tsx"))).KeyDialog }));

export interface AgentKeysProps {
  readonly agentId: string;
  readonly keys: readonly AgentKeyView[];
}

export function AgentKeys({ agentId, keys }: AgentKeysProps) {
  const t = useTranslations("ownAgents");
  const now = useTickingNow();
  const [asked, setAsked] = useState<AskedOfKeys | null>(null);
  const ended = keys.filter((key) => hasEnded(key, now));
  const working = keys.filter((key) => !hasEnded(key, now));
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section" aria-labelledby="agent-keys">
      <Stack>
        <Head isFull={working.length >= KEYS_PER_AGENT_MAX} onCreate={() => setAsked({ verb: "create" })} />
        {working.length === 0 ? <Text c="dimmed">{t("noKeys")}</Text> : null}
        {working.map((key) => (
          <KeyRow key={key.keyId} apiKey={key} onAsk={setAsked} />
        ))}
        {ended.length === 0 ? null : (
          <details>
            <summary>{t("endedKeys", { count: ended.length })}</summary>
            <Stack mt="sm">
              {ended.map((key) => (
                <KeyRow key={key.keyId} apiKey={key} />
              ))}
            </Stack>
          </details>
        )}
      </Stack>
      <Suspense fallback={null}>
        {asked === null ? null : <KeyDialog agentId={agentId} asked={asked} onDone={() => setAsked(null)} />}
      </Suspense>
    </Paper>
  );
}

function Head({ isFull, onCreate }: { readonly isFull: boolean; readonly onCreate: () => void }) {
  const t = useTranslations("ownAgents");
  return (
    <Group justify="space-between">
      <Title order={2} size="h3" id="agent-keys">
        {t("keys")}
      </Title>
      {isFull ? (
        <Text size="sm">{t("keysFull", { max: KEYS_PER_AGENT_MAX })}</Text>
      ) : (
        <Button variant="default" leftSection={<IconPlus size={18} aria-hidden />} onClick={onCreate}>
          {t("createKey")}
        </Button>
      )}
    </Group>
  );
}

interface KeyRowProps {
  readonly apiKey: AgentKeyView;
  /** Absent: nothing can be done about it any more. */
  readonly onAsk?: (asked: AskedOfKeys) => void;
}

function KeyRow({ apiKey, onAsk }: KeyRowProps) {
  const now = useTickingNow();
  const name = useKeyName()(apiKey);
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap" component="article">
      <Stack gap={4} miw={0}>
        <Group gap="sm">
          <Title order={3} fz="sm" style={{ overflowWrap: "anywhere" }}>
            {name}
          </Title>
          <StatusBadge status={agentKeyStatus(apiKey, now)} />
        </Group>
        <KeyTimes apiKey={apiKey} />
        <Text size="sm">
          <ScopeWords scopes={apiKey.scopes} />
        </Text>
        <Code w="fit-content" style={{ overflowWrap: "anywhere" }}>
          {apiKey.keyId}
        </Code>
      </Stack>
      {onAsk === undefined ? null : <KeyMenu apiKey={apiKey} onAsk={onAsk} />}
    </Group>
  );
}

function KeyTimes({ apiKey }: { readonly apiKey: AgentKeyView }) {
  const t = useTranslations("ownAgents");
  const keys = useTranslations("keys");
  const common = useTranslations("common");
  const now = useTickingNow();
  const { expiresAt, lastUsedAt, lastFour, revokedAt } = apiKey;
  const status = agentKeyStatus(apiKey, now);
  const label = status === "rotating" ? t("worksUntil") : status === "expired" ? t("ended") : keys("expiry");
  return (
    <Text size="sm" c="dimmed">
      ••••{lastFour} · {keys("lastUsed")}: {lastUsedAt === null ? common("never") : <TimeText at={lastUsedAt} />} ·{" "}
      {revokedAt === null ? (
        <>
          {label}: {expiresAt === null ? keys("expiryNever") : <TimeText at={expiresAt} />}
        </>
      ) : (
        <>
          {t("ended")}: <TimeText at={revokedAt} />
        </>
      )}
    </Text>
  );
}

function KeyMenu({ apiKey, onAsk }: Required<KeyRowProps>) {
  const t = useTranslations("ownAgents");
  const keys = useTranslations("keys");
  const common = useTranslations("common");
  const name = useKeyName()(apiKey);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" size={36} aria-label={common("actionsFor", { name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {apiKey.replacedBy === null ? (
          <>
            <Menu.Item onClick={() => onAsk({ verb: "rotate", key: apiKey })}>{t("rotate")}</Menu.Item>
            <Menu.Item onClick={() => onAsk({ verb: "change", key: apiKey })}>{t("changeKey")}</Menu.Item>
          </>
        ) : null}
        <Menu.Item c="var(--mosaic-danger)" onClick={() => onAsk({ verb: "revoke", key: apiKey })}>
          {keys("revoke")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
