// Makes a fresh installation usable, and proves every answer. A reload goes on where one was: the step is in the address.
import { Paper, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import { lazy, Suspense, useEffect } from "react";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { onboardingKeys, onboardingQuery } from "../../features/installation/onboarding-api.ts";
import { sessionQuery } from "../../features/sign-in/session-api.ts";
import { LinesSkeleton } from "../../components/query-boundary.tsx";
import { AdminStep, ResumeStep } from "../../features/installation/admin-step.tsx";
import { FinishStep } from "../../features/installation/finish-step.tsx";
import { currentStep, nextStep, STEPS, type Step } from "../../features/installation/steps.ts";
import classes from "./onboarding.module.css";
import { loadFile } from "../../load-file.ts";

// Each is loaded when it is its turn.
const SignInStep = lazy(async () => ({
  default: (await loadFile(() => import("../../features/installation/sign-in-step.tsx"))).SignInStep,
}));
const ProviderStep = lazy(async () => ({
  default: (await loadFile(() => import("../../features/installation/provider-step.tsx"))).ProviderStep,
}));
const AgentsStep = lazy(async () => ({
  default: (await loadFile(() => import("../../features/installation/agents-step.tsx"))).AgentsStep,
}));

export function OnboardingPage() {
  const t = useTranslations("onboarding");
  const api = useApi();
  const status = useQuery(onboardingQuery(api));
  const session = useQuery(sessionQuery(api));
  const { step: wanted } = useSearch({ from: "/onboarding" });
  useEffect(() => {
    document.title = `${t("title")} · Mosaic Fleet`;
  }, [t]);
  if (status.data === undefined || session.data === undefined) return <LinesSkeleton lines={4} height={40} />;
  const { adminCreated } = status.data;
  const step = currentStep({ adminCreated, isSignedIn: session.data !== null, wanted });
  return (
    <div className={classes["frame"]}>
      <div>
        <Title order={1} size="h2" mb="md">
          {t("title")}
        </Title>
        <Rail step={step} />
      </div>
      <Paper p={{ base: "md", sm: "xl" }}>
        <Suspense fallback={<LinesSkeleton lines={4} height={40} />}>
          <StepCard step={step} adminCreated={adminCreated} />
        </Suspense>
      </Paper>
    </div>
  );
}

function Rail({ step }: { readonly step: Step }) {
  const t = useTranslations("onboarding");
  const at = STEPS.indexOf(step);
  return (
    <>
      <Text hiddenFrom="sm" c="dimmed" mb="xs">
        {t("stepOf", { step: at + 1, steps: STEPS.length })}: {t(step)}
      </Text>
      <ol className={classes["rail"]} aria-label={t("steps")}>
        {STEPS.map((each, index) => (
          <li
            key={each}
            className={`${classes["step"]} ${index < at ? classes["done"] : ""}`}
            aria-current={each === step ? "step" : undefined}
          >
            <span className={classes["number"]}>{index < at ? <IconCheck size={14} aria-label={t("done")} /> : index + 1}</span>
            <span className={classes["label"]}>{t(each)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function StepCard({ step, adminCreated }: { readonly step: Step; readonly adminCreated: boolean }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const goOn = (): void => {
    void queryClient.invalidateQueries({ queryKey: onboardingKeys.status });
    void navigate({ to: "/onboarding", search: { step: nextStep(step) } });
  };
  switch (step) {
    case "admin":
      return adminCreated ? <ResumeStep /> : <AdminStep onDone={goOn} />;
    case "signIn":
      return <SignInStep onDone={goOn} />;
    case "provider":
      return <ProviderStep onDone={goOn} />;
    case "agents":
      return <AgentsStep onDone={goOn} />;
    case "finish":
      return <FinishStep />;
  }
}
