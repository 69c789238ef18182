// The last step: from here on the installation serves everyone.
import { Anchor, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { isCode } from "../../api/errors.ts";
import { completeOnboarding, onboardingKeys } from "./onboarding-api.ts";
import { providersQuery } from "../providers/providers-api.ts";
import { Notice } from "../../components/error-notice.tsx";
import { QueryBoundary } from "../../components/query-boundary.tsx";
import { canAnswer } from "../providers/answering.ts";
import { StepFrame } from "./step-frame.tsx";

/**
 * Whoever came here by the address, past the provider, is told at once what is missing. The server decides at the end, when the
 * provider may have gone in another window.
 */
export function FinishStep() {
  const providers = useQuery(providersQuery(useApi()));
  return <QueryBoundary query={providers}>{(found) => (canAnswer(found) ? <Ready /> : <WithoutModel />)}</QueryBoundary>;
}

function WithoutModel() {
  const t = useTranslations("onboarding");
  return (
    <Notice tone="warning">
      <Text mb="xs">{t("finishNoModel")}</Text>
      <Anchor renderRoot={(props) => <Link to="/onboarding" search={{ step: "provider" }} {...props} />}>
        {t("finishToProvider")}
      </Anchor>
    </Notice>
  );
}

function Ready() {
  const t = useTranslations("onboarding");
  const api = useApi();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const finishing = useMutation({
    mutationFn: () => completeOnboarding(api),
    onSuccess: async (status) => {
      queryClient.setQueryData(onboardingKeys.status, status);
      await navigate({ to: "/" });
    },
  });
  if (isCode(finishing.error, "PROVIDER_REQUIRED")) return <WithoutModel />;
  return (
    <form onSubmit={(event) => (event.preventDefault(), finishing.mutate())}>
      <StepFrame
        title={t("finishTitle")}
        text={t("finishText")}
        error={finishing.error}
        isBusy={finishing.isPending}
        submitLabel={t("finishSubmit")}
      />
    </form>
  );
}
