// The last step: from here on the installation serves everybody.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { completeOnboarding, onboardingKeys } from "../../api/onboarding.ts";
import { StepFrame } from "./step-frame.tsx";

export function FinishStep() {
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
