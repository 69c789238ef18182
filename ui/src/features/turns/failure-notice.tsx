// Why an answer did not come, and what one can do about it.
import { Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { useReasonWords } from "../containers/use-reason-words.ts";
import { PROVIDER_ERRORS } from "../../../../contracts/core/errors.ts";
import type { ApiErrorCode } from "../../api/errors.ts";
import { Notice } from "../../components/error-notice.tsx";
import { useErrorText } from "../../components/use-error-text.ts";
import { ProviderDiagnosis } from "../providers/provider-diagnosis.tsx";
import { useReasonText } from "../providers/use-reason-text.ts";
import { errorOf, type Failure } from "./transcript.ts";
import { useSecondsUntil } from "../../components/use-seconds.ts";

export interface FailureNoticeProps {
  readonly turn: string;
  readonly failure: Failure;
  readonly isLast: boolean;
  readonly onAgain: () => void;
}

export function FailureNotice({ turn, failure, isLast, onAgain }: FailureNoticeProps) {
  const t = useTranslations("chat");
  const common = useTranslations("common");
  const textOf = useErrorText();
  const { code, requestId, retryAt = 0 } = failure;
  const words = <AgentsWords failure={failure} />;
  return (
    <Notice tone="danger">
      <Text>{textOf(errorOf(failure), { RATE_LIMITED: t("limited") })}</Text>
      {isOfProvider(code) && isLast ? <ProviderDiagnosis turn={turn}>{words}</ProviderDiagnosis> : words}
      <Group gap="sm" mt="sm">
        {code === "PROVIDER_REQUIRED" ? (
          <Button component={Link} to="/settings/providers/new">
            {t("addProvider")}
          </Button>
        ) : null}
        {isLast ? <TryAgain at={retryAt} onAgain={onAgain} /> : null}
      </Group>
      {requestId === undefined ? null : (
        <Text size="xs" c="dimmed" mt="sm">
          {common("reference", { id: requestId })}
        </Text>
      )}
    </Notice>
  );
}

/** A look at the provider can find more, and its form is one click away. */
function isOfProvider(code: ApiErrorCode): boolean {
  const ofProvider: readonly ApiErrorCode[] = PROVIDER_ERRORS;
  return code === "GATEWAY_ERROR" || (ofProvider.includes(code) && code !== "PROVIDER_REQUEST_REFUSED");
}

/** The cause that the api found, or else the message of the agent or its provider. */
function AgentsWords({ failure: { code, message, said, reason, containerReason } }: { readonly failure: Failure }) {
  const t = useTranslations("chat");
  const wordsOf = useReasonWords();
  const textOf = useReasonText();
  if (reason !== undefined && isOfProvider(code)) return <Text c="dimmed">{textOf({ reason })}</Text>;
  if (said !== undefined) return <Text c="dimmed">{t("providerSaid", { said })}</Text>;
  if (message === "" || (code !== "GATEWAY_ERROR" && code !== "CONTAINER_FAILED")) return null;
  if (code === "GATEWAY_ERROR") return <Text c="dimmed">{message}</Text>;
  return <Text c="dimmed">{wordsOf(containerReason ?? { code: "other", values: { text: message } })}</Text>;
}

/** Before `at` (ms since 1970) it would only be refused again. */
function TryAgain({ at, onAgain }: { readonly at: number; readonly onAgain: () => void }) {
  const t = useTranslations("chat");
  const seconds = useSecondsUntil(at);
  return (
    <>
      <Button variant="default" disabled={seconds > 0} onClick={onAgain}>
        {t("tryAgain")}
      </Button>
      {seconds > 0 ? (
        // As a timer: the alert around it would be read aloud each second.
        <Text size="sm" role="timer" className="tabular">
          {t("retryIn", { seconds })}
        </Text>
      ) : null}
    </>
  );
}
