// What the agent says, or why it does not.
import { Box, Button, Group, Loader, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslations } from "use-intl";
import { useReasonWords } from "../agent/use-reason-words.ts";
import { Logo } from "../../components/logo.tsx";
import { Notice } from "../../components/error-notice.tsx";
import { useErrorText } from "../../components/use-error-text.ts";
import { ApiError } from "../../api/errors.ts";
import { ProviderDiagnosis } from "../provider/provider-diagnosis.tsx";
import classes from "./chat.module.css";
import { Markdown } from "./markdown.tsx";
import { StartCard } from "./start-card.tsx";
import type { Failure, Message } from "./transcript.ts";
import { useSecondsSince } from "./use-seconds-since.ts";

const SILENT_AFTER_S = 10;
const SLOW_AFTER_S = 45;

export interface AgentMessageProps {
  readonly message: Message;
  readonly isLast: boolean;
  readonly onAgain: () => void;
}

export function AgentMessage({ message, isLast, onAgain }: AgentMessageProps) {
  const t = useTranslations("chat");
  const { state, text, progress, failure } = message;
  return (
    <article className={classes["agent"]} aria-busy={state === "waiting" || state === "answering"}>
      <span aria-hidden>
        <Logo size={28} />
      </span>
      <Stack gap="sm" miw={0}>
        <VisuallyHidden>{t("agent")}: </VisuallyHidden>
        {text === "" ? null : <Markdown text={text} />}
        {state === "waiting" && progress === undefined ? <Thinking since={message.at} /> : null}
        {state === "waiting" && progress !== undefined ? <StartCard progress={progress} /> : null}
        {state === "stopped" ? <Text c="dimmed">{t("stopped")}</Text> : null}
        {state === "lost" ? <Notice tone="info">{t("lost")}</Notice> : null}
        {state === "failed" && failure !== undefined ? (
          <FailureNotice turn={message.id} failure={failure} isLast={isLast} onAgain={onAgain} />
        ) : null}
        {isLast && (state === "lost" || state === "stopped") ? (
          <Group>
            <Button variant="default" onClick={onAgain}>
              {t("askAgain")}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </article>
  );
}

function Thinking({ since }: { readonly since: number }) {
  const t = useTranslations("chat");
  const seconds = useSecondsSince(since);
  const silent = seconds >= SILENT_AFTER_S ? t("silent", { seconds }) : t("thinking");
  return (
    <Group gap="sm" c="dimmed">
      <Loader size="xs" type="dots" aria-hidden />
      <Text className="tabular">{seconds >= SLOW_AFTER_S ? t("slow") : silent}</Text>
    </Group>
  );
}

interface FailureNoticeProps {
  readonly turn: string;
  readonly failure: Failure;
  readonly isLast: boolean;
  readonly onAgain: () => void;
}

function FailureNotice({ turn, failure, isLast, onAgain }: FailureNoticeProps) {
  const t = useTranslations("chat");
  const common = useTranslations("common");
  const textOf = useErrorText();
  const wordsOf = useReasonWords();
  const { code, message, requestId } = failure;
  return (
    <Notice tone="danger">
      <Text>{textOf(new ApiError({ code, message }))}</Text>
      {isInAgentsWords(failure) ? <Text c="dimmed">{code === "CONTAINER_FAILED" ? wordsOf(message) : message}</Text> : null}
      {requestId === undefined ? null : (
        <Text size="xs" c="dimmed">
          {common("reference", { id: requestId })}
        </Text>
      )}
      {code === "GATEWAY_ERROR" && isLast ? (
        <Box mt="sm">
          <ProviderDiagnosis turn={turn} />
        </Box>
      ) : null}
      <Group gap="sm" mt="sm">
        {code === "PROVIDER_REQUIRED" ? (
          <Button component={Link} to="/settings/providers/new">
            {t("addProvider")}
          </Button>
        ) : null}
        {isLast ? (
          <Button variant="default" onClick={onAgain}>
            {t("tryAgain")}
          </Button>
        ) : null}
      </Group>
    </Notice>
  );
}

/** A reason that only the agent or its provider knows is repeated in its own words. */
function isInAgentsWords({ code, message }: Failure): boolean {
  return message !== "" && (code === "GATEWAY_ERROR" || code === "CONTAINER_FAILED");
}
