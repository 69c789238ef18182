// The list of containers: whose, in which state and why, where; selected ones are asked together.
import { Anchor, Button, Group, Paper, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslations } from "use-intl";
import type { z } from "zod";
import type { FleetContainer, fleetPageSchema } from "../../../../contracts/containers/fleet.ts";
import type { FleetAction } from "./fleet-api.ts";
import { DataTable, type Column } from "../../components/data-table.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeText } from "../../components/time-text.tsx";
import type { ListState } from "../../components/use-list-search.ts";
import { NotGiven } from "../../components/not-given.tsx";
import { WrappedText } from "../../components/wrapped-text.tsx";
import { useReasonWords } from "./use-reason-words.ts";
import { BADGE_OF_PHASE } from "./agent-state.ts";
import { ContainerRowActions } from "./container-actions.tsx";
import { RequestDialog, type AgentRequest } from "./request-dialog.tsx";

export interface FleetTableProps {
  readonly list: ListState;
  readonly page: z.infer<typeof fleetPageSchema>;
}

/** Its dialogs stand beside the rows: the list is read every few seconds, and rows move and go. */
export function FleetTable({ list, page: { containers, meta } }: FleetTableProps) {
  const t = useTranslations("fleet");
  const columns = useColumns();
  const [selected, setSelected] = useState<ReadonlyMap<string, string>>(new Map());
  const [asked, setAsked] = useState<AgentRequest | null>(null);
  const { sort = "attention", order } = list.search;
  const select = (ids: ReadonlySet<string>): void => {
    const names = new Map([...selected, ...containers.map(({ id, ownerName }) => [id, ownerName] as const)]);
    setSelected(new Map([...ids].map((id) => [id, names.get(id) ?? id])));
  };
  return (
    <>
      {selected.size === 0 ? null : <BulkBar selected={selected} onClear={() => setSelected(new Map())} onAsk={setAsked} />}
      <DataTable
        label={t("title")}
        rows={containers}
        idOf={({ id }) => id}
        nameOf={({ ownerName }) => ownerName}
        columns={columns}
        renderActions={(container) => (
          <ContainerRowActions
            container={container}
            onAsk={(action) => setAsked({ action, targets: [{ id: container.id, name: container.ownerName }] })}
          />
        )}
        selection={{ ids: new Set(selected.keys()), onChange: select }}
        sorting={{ by: sort, order: order === "desc" ? "descending" : "ascending", onChange: list.toOrder }}
        list={list}
        meta={meta}
        empty={t("empty")}
      />
      {asked === null ? null : <RequestDialog {...asked} onDone={() => setAsked(null)} />}
    </>
  );
}

interface BulkBarProps {
  readonly selected: ReadonlyMap<string, string>;
  readonly onClear: () => void;
  readonly onAsk: (request: AgentRequest) => void;
}

function BulkBar({ selected, onClear, onAsk }: BulkBarProps) {
  const t = useTranslations("fleetActions");
  const ask = (action: FleetAction): void => onAsk({ action, targets: [...selected].map(([id, name]) => ({ id, name })) });
  return (
    <Paper p="xs" px="md" role="region" aria-label={t("bulk")}>
      <Group justify="space-between">
        <Text aria-live="polite">{t("selected", { count: selected.size })}</Text>
        <Group gap="xs">
          <Button variant="subtle" onClick={onClear}>
            {t("clear")}
          </Button>
          <Button variant="default" onClick={() => ask("restart")}>
            {t("restart")}
          </Button>
          <Button variant="default" onClick={() => ask("stop")}>
            {t("stop")}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function useColumns(): readonly Column<FleetContainer>[] {
  const t = useTranslations("fleet");
  return [
    { key: "owner", header: t("owner"), sortBy: "owner", render: (container) => <Owner container={container} /> },
    { key: "status", header: t("status"), sortBy: "attention", render: (container) => <State container={container} /> },
    { key: "host", header: t("host"), sortBy: "host", render: (container) => <Place container={container} /> },
    { key: "image", header: t("image"), sortBy: "image", render: ({ image }) => <ImageName image={image} /> },
    {
      key: "lastActivity",
      header: t("lastActivity"),
      sortBy: "lastActivity",
      render: ({ lastActivityAt }) => (lastActivityAt === null ? <NotGiven /> : <TimeText at={lastActivityAt} />),
    },
  ];
}

function Owner({ container: { id, ownerName, kind } }: { readonly container: FleetContainer }) {
  const t = useTranslations("fleet");
  return (
    <>
      <Anchor inherit renderRoot={(props) => <Link to="/admin/fleet/$containerId" params={{ containerId: id }} {...props} />}>
        {ownerName}
      </Anchor>
      {kind === "human" ? null : (
        <Text size="xs" c="dimmed">
          {t(`kinds.${kind}`)}
        </Text>
      )}
    </>
  );
}

const AFTER_DASH = /(?<=-)/;

/** The host, and what the container is called there. */
function Place({ container: { host, name } }: { readonly container: FleetContainer }) {
  return (
    <div>
      {host ?? <NotGiven />}
      <Text size="xs" c="dimmed" maw="12rem">
        <WrappedText text={name} breaks={AFTER_DASH} />
      </Text>
    </div>
  );
}

/** Why, where it went wrong; elsewhere the word says enough. */
function State({ container: { phase, reason } }: { readonly container: FleetContainer }) {
  const wordsOf = useReasonWords();
  const isTrouble = phase === "failed" || phase === "backing_off";
  return (
    <div>
      <StatusBadge status={BADGE_OF_PHASE[phase]} />
      {isTrouble && reason !== null ? (
        <Text size="xs" c="dimmed" maw="18rem" mt={2} lineClamp={2} title={wordsOf(reason)}>
          {wordsOf(reason)}
        </Text>
      ) : null}
    </div>
  );
}

/** Without the registry, which is the same for all. */
export function ImageName({ image }: { readonly image: string | null }) {
  if (image === null) return <NotGiven />;
  return (
    <Text span size="sm" title={image}>
      {image.slice(image.lastIndexOf("/") + 1)}
    </Text>
  );
}
