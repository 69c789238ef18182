// Who waits for a credential of a kind, in the order in which they are served.
import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";
import { useId } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { waitersQuery } from "./credentials-api.ts";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";

export function Waiters({ kind, count }: { readonly kind: string; readonly count: number }) {
  const t = useTranslations("pools");
  const [isOpen, { toggle }] = useDisclosure(false);
  const id = useId();
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        px="xs"
        ml="-0.5rem"
        leftSection={<Icon size={16} aria-hidden />}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={toggle}
      >
        {t("waiters", { count })}
      </Button>
      <div id={id}>{isOpen ? <Queue kind={kind} /> : null}</div>
    </div>
  );
}

function Queue({ kind }: { readonly kind: string }) {
  const t = useTranslations("pools");
  const leases = useTranslations("leases");
  const waiters = useQuery(waitersQuery(useApi(), kind));
  return (
    <QueryBoundary query={waiters} isPolled>
      {(list) =>
        list.length === 0 ? (
          <Text size="sm">{t("noWaiters")}</Text>
        ) : (
          <Stack component="ol" gap={4} my="xs" pl="lg" aria-label={t("waitersTitle")}>
            {list.map(({ waiterId, ownerId, actorRole, sinceMs }) => (
              <Text component="li" size="sm" key={waiterId} style={{ overflowWrap: "anywhere" }}>
                {ownerId}{" "}
                <Text span size="xs" c="dimmed">
                  {leases(`role.${actorRole}`)} · {t("waitingSince")} <TimeText at={new Date(sinceMs).toISOString()} />
                </Text>
              </Text>
            ))}
          </Stack>
        )
      }
    </QueryBoundary>
  );
}
