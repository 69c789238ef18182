// Why an answer did not come, and what one can do about it.
import { Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { useReasonWords } from "../agent/use-reason-words.ts";
import { Notice } from "../../components/error-notice.tsx";
import { useErrorText } from "../../components/use-error-text.ts";
import { ProviderDiagnosis } from "../provider/provider-diagnosis.tsx";
import { errorOf, type Failure } from "./transcript.ts";
import { useSecondsUntil } from "./use-seconds.ts";

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
      {code === "GATEWAY_ERROR" && isLast ? <ProviderDiagnosis turn={turn}>{words}</ProviderDiagnosis> : words}
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

/** A reason that only the agent or its provider knows is repeated in its own words. */
function AgentsWords({ failure: { code, message } }: { readonly failure: Failure }) {
  const wordsOf = useReasonWords();
  if (message === "" || (code !== "GATEWAY_ERROR" && code !== "CONTAINER_FAILED")) return null;
  return <Text c="dimmed">{code === "CONTAINER_FAILED" ? wordsOf(message) : message}</Text>;
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
