// Why a turn failed at its model provider: the provider is tested once automatically, and its form is one click away.
import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import type { ProviderView } from "../../../../contracts/providers/provider.ts";
import type { ProviderTestResult } from "../../../../contracts/providers/provider-test.ts";
import { agentConfigQuery } from "../agent-config/agent-config-api.ts";
import { useApi } from "../../api/api-context.ts";
import { diagnosisQuery, providersQuery } from "./providers-api.ts";
import { providerOf } from "./answering.ts";
import { useReasonText } from "./use-reason-text.ts";

export interface ProviderDiagnosisProps {
  /** Of the turn that failed: it is looked into once. */
  readonly turn: string;
  /** What is known without looking, which a finding says better. */
  readonly children: ReactNode;
}

export function ProviderDiagnosis({ turn, children }: ProviderDiagnosisProps) {
  const t = useTranslations("providers.diagnosis");
  const api = useApi();
  const config = useQuery(agentConfigQuery(api));
  const providers = useQuery(providersQuery(api));
  const model = config.data?.effectiveModel ?? "";
  const provider = providerOf(model, providers.data ?? []);
  const test = useQuery({ ...diagnosisQuery(api, provider?.id ?? "", turn), enabled: provider !== undefined });
  const product = useProduct(provider);
  if (provider === undefined) return children;
  if (test.isPending)
    return <Unfound known={children} next={<Text role="status">{t("checking", { provider: product })}</Text>} />;
  const link = <FormLink provider={provider} label={test.data?.failedStep === "key" ? t("fixKey") : t("check")} />;
  if (test.data === undefined || test.data.reason === null) return <Unfound known={children} next={link} />;
  return (
    <Finding provider={provider} result={test.data} product={product}>
      {test.data.reason === "model_unknown" ? (
        <Button component={Link} to="/settings/agent" variant="default">
          {t("chooseModel")}
        </Button>
      ) : (
        link
      )}
    </Finding>
  );
}

function Unfound({ known, next }: { readonly known: ReactNode; readonly next: ReactNode }) {
  return (
    <Stack gap="xs" align="flex-start">
      {known}
      {next}
    </Stack>
  );
}

interface FindingProps {
  readonly provider: ProviderView;
  readonly result: ProviderTestResult;
  readonly product: string;
  readonly children: ReactNode;
}

function Finding({ provider: { name }, result, product, children }: FindingProps) {
  const t = useTranslations("providers.diagnosis");
  const textOf = useReasonText();
  const facts = { provider: product, name, status: String(result.status ?? "") };
  const isKey = result.reason === "key_refused" || result.reason === "key_forbidden";
  return (
    <Stack gap="xs" align="flex-start" role="status">
      <Text fw={600}>{headlineOf(result, facts, t)}</Text>
      <Text size="sm">{isKey ? t("newKey") : textOf(result)}</Text>
      {children}
    </Stack>
  );
}

type Facts = Readonly<Record<"provider" | "name" | "status", string>>;

function headlineOf(
  { reason, unknownModels }: ProviderTestResult,
  facts: Facts,
  t: ReturnType<typeof useTranslations<"providers.diagnosis">>,
): string {
  switch (reason) {
    case "key_refused":
    case "key_forbidden":
      return t(reason, facts);
    case "key_missing":
    case "no_credit":
    case "rate_limited":
      return t(reason, { provider: facts.provider, name: facts.name });
    case "model_unknown":
      return t(reason, { model: unknownModels.join(", "), provider: facts.provider });
    default:
      return t("other", { provider: facts.provider });
  }
}

function FormLink({ provider: { id }, label }: { readonly provider: ProviderView; readonly label: string }) {
  return (
    <Button renderRoot={(props) => <Link {...props} to="/settings/providers/$id" params={{ id }} />} variant="default">
      {label}
    </Button>
  );
}

/** The name of a known product; for a self-hosted server, the name that its owner gave it. */
function useProduct(provider: ProviderView | undefined): string {
  const t = useTranslations("providers");
  if (provider === undefined) return "";
  const { type, displayName } = provider;
  return type === "custom" || type === "ollama" ? displayName : t(type);
}
