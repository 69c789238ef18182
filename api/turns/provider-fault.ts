// Why an agent's model provider does not answer. OpenClaw reports "upstream provider timeout" for every connection fault, so
// the api calls the provider's address itself, the way agents do.
import { isCertificateProblem, type CertificateProblem } from "../../adapters/outbound/certificate-problem.ts";
import { TEST_MESSAGES } from "../../adapters/llm/provider-test-messages.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { ProviderTestReason } from "../../contracts/providers/provider-facts.ts";
import type { ProviderSettings } from "../../domain/agent-config/agent-settings.ts";
import { loadModelChoice } from "../providers/model-choice.ts";
import type { ChatDeps } from "./chat-deps.ts";
import type { Turn } from "./open-turn.ts";

type Provider = Pick<ProviderSettings, "displayName" | "baseUrl">;
interface Finding {
  readonly provider: Provider;
  readonly reason: ProviderTestReason;
}

const SYSTEM_PAGE = "/admin/system";
const PROVIDERS_PAGE = "/settings/providers";
/** The page where a certificate problem is fixed: by trusting its authority, or by changing the provider's address. */
const MENDED_AT: Readonly<Record<CertificateProblem, string>> = {
  certificate_authority_unknown: SYSTEM_PAGE,
  certificate_self_signed: SYSTEM_PAGE,
  certificate_expired: PROVIDERS_PAGE,
  certificate_other_name: PROVIDERS_PAGE,
  certificate_refused: PROVIDERS_PAGE,
};

/** The error with the cause added; unchanged if no cause is found or the provider itself has answered. */
export async function explained(
  deps: Pick<ChatDeps, "db" | "refusalOf" | "probeProvider">,
  { caller, signal }: Pick<Turn, "caller" | "signal">,
  error: FleetError,
): Promise<FleetError> {
  if (error.code !== "PROVIDER_UNAVAILABLE" || error.details?.["said"] !== undefined) return error;
  const providers = await deps.db.asTenant(caller.principal.tenant, async (tx) =>
    providersInUse(await loadModelChoice(tx, deps.refusalOf)),
  );
  const looks = providers.map(async (provider) => ({ provider, reason: await deps.probeProvider(provider.baseUrl, signal) }));
  const findings = (await Promise.all(looks)).flatMap(({ provider, reason }) =>
    reason === null ? [] : [{ provider, reason }],
  );
  signal.throwIfAborted();
  // Certificate problems first: they persist until someone changes something, and the others may be temporary.
  const finding = findings.find(({ reason }) => isCertificateProblem(reason)) ?? findings[0];
  return finding === undefined ? error : withFinding(error, finding);
}

/** The provider of the model in use first, then those of the fallbacks. */
function providersInUse({
  effectiveModel,
  fallbackModels,
  providers,
}: Awaited<ReturnType<typeof loadModelChoice>>): Provider[] {
  const names = [effectiveModel ?? "", ...fallbackModels].map((model) => model.split("/")[0]);
  return [...new Set(names)].flatMap((name) => providers.filter((provider) => provider.name === name));
}

function withFinding(error: FleetError, { provider, reason }: Finding): FleetError {
  if (isCertificateProblem(reason)) return certificateRefused(provider, reason);
  const { code, cause, retryAfterSeconds, details } = error;
  return new FleetError(code, `${error.message} ${TEST_MESSAGES[reason]}`, {
    ...{ cause, details: { ...details, reason } },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function certificateRefused({ displayName, baseUrl }: Provider, reason: CertificateProblem): FleetError {
  const mendAt = MENDED_AT[reason];
  const subject = `Your agent does not trust the certificate of your model provider “${displayName}” (${new URL(baseUrl).host}).`;
  const address = mendAt === PROVIDERS_PAGE ? " The address is set under Settings, Providers." : "";
  const message = `${subject} ${TEST_MESSAGES[reason]}${address}`;
  return new FleetError("PROVIDER_CERTIFICATE_REFUSED", message, { details: { reason, mendAt } });
}
