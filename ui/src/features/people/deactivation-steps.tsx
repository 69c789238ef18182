// How far a deactivation has come. It is read from the server, so that it is the same after a reload and for everyone.
import { Group, List, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconMinus from "@tabler/icons-react/dist/esm/icons/IconMinus.mjs";
import { useTranslations } from "use-intl";
import type { DeactivationView } from "../../../../contracts/people/users.ts";
import { useApi } from "../../api/api-context.ts";
import { deactivationQuery } from "./users-api.ts";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { TimeText } from "../../components/time-text.tsx";

type Step = DeactivationView["steps"][number];

export function DeactivationSteps({ userId }: { readonly userId: string }) {
  const t = useTranslations("users");
  const deactivation = useQuery(deactivationQuery(useApi(), userId));
  return (
    <QueryBoundary query={deactivation} isPolled>
      {({ steps, state }) => (
        <Stack gap="xs">
          <List listStyleType="none" spacing="xs">
            {steps.map((step) => (
              <List.Item key={step.step}>
                <StepLine step={step} isCancelled={state === "cancelled"} />
              </List.Item>
            ))}
          </List>
          <Text size="sm" c="dimmed" role="status">
            {t(`deactivation.${state}`)}
          </Text>
        </Stack>
      )}
    </QueryBoundary>
  );
}

function StepLine({ step: { step, doneAt, count }, isCancelled }: { readonly step: Step; readonly isCancelled: boolean }) {
  const t = useTranslations("users");
  const color = doneAt === null ? "var(--mosaic-dim)" : "var(--mosaic-green)";
  const open = isCancelled ? <IconMinus size={18} color={color} aria-hidden /> : <Loader size={18} aria-hidden />;
  return (
    <Group gap="sm" wrap="nowrap" align="center">
      {doneAt === null ? open : <IconCheck size={18} color={color} aria-hidden />}
      <Text>
        {doneAt === null ? t(`deactivationOpen.${step}`) : t(`deactivationDone.${step}`, { count: count ?? 0 })}
        {doneAt === null ? null : (
          <Text span size="sm" c="dimmed">
            {" · "}
            <TimeText at={doneAt} />
          </Text>
        )}
      </Text>
    </Group>
  );
}
