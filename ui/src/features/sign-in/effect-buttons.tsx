// The step that puts tested settings into effect, and the one that throws them away.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { OidcConfigView } from "../../../../contracts/sign-in/oidc.ts";
import { useApi } from "../../api/api-context.ts";
import { activateOidc, discardOidcCandidate, oidcConfigQuery, oidcKeys } from "./oidc-api.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";

interface EffectButtonsProps {
  readonly candidate: NonNullable<OidcConfigView["candidate"]>;
  readonly isStale: boolean;
  readonly onActivated: () => void;
  readonly onSettled: (config: OidcConfigView) => void;
}

export function EffectButtons({ candidate, isStale, onActivated, onSettled }: EffectButtonsProps) {
  const t = useTranslations("signInMethod");
  const { activating, discarding } = useEffects({ onActivated, onSettled });
  const mayActivate = candidate.test !== null && !isStale;
  const error = activating.error ?? discarding.error;
  return (
    <Stack gap="xs">
      {error === null ? null : <ErrorNotice error={error} />}
      <Group justify="flex-end">
        <Button variant="default" loading={discarding.isPending} onClick={() => discarding.mutate()}>
          {t("discard")}
        </Button>
        <Button
          disabled={!mayActivate}
          loading={activating.isPending}
          aria-describedby="activate-hint"
          onClick={() => activating.mutate()}
        >
          {t("activate")}
        </Button>
      </Group>
      {mayActivate ? null : (
        <Text id="activate-hint" size="sm" c="dimmed" ta="right">
          {t("activateHint")}
        </Text>
      )}
    </Stack>
  );
}

function useEffects({ onActivated, onSettled }: Pick<EffectButtonsProps, "onActivated" | "onSettled">) {
  const api = useApi();
  const queryClient = useQueryClient();
  const activating = useMutation({
    mutationFn: () => activateOidc(api),
    onSuccess: (config) => {
      queryClient.setQueryData(oidcKeys.config, config);
      onActivated();
      onSettled(config);
    },
  });
  const discarding = useMutation({
    mutationFn: () => discardOidcCandidate(api),
    onSuccess: async () => onSettled(await queryClient.fetchQuery({ ...oidcConfigQuery(api), staleTime: 0 })),
  });
  return { activating, discarding };
}
