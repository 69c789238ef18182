// What the agent says, or why it does not.
import { Button, Group, Loader, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useTranslations } from "use-intl";
import { Logo } from "../../components/logo.tsx";
import { ApiError } from "../../api/errors.ts";
import { Notice } from "../../components/error-notice.tsx";
import { useErrorText } from "../../components/use-error-text.ts";
import classes from "./chat.module.css";
import { FailureNotice } from "./failure-notice.tsx";
import { Markdown } from "../../components/markdown.tsx";
import { StartCard } from "./start-card.tsx";
import { isUnderWay, type Message, type Retry } from "./transcript.ts";
import { useSecondsSince } from "../../components/use-seconds.ts";

const SILENT_AFTER_S = 10;
const SLOW_AFTER_S = 45;

export interface AgentMessageProps {
  readonly message: Message;
  readonly isLast: boolean;
  readonly onAgain: () => void;
}

export function AgentMessage({ message, isLast, onAgain }: AgentMessageProps) {
  const t = useTranslations("chat");
  const { state, text, progress, retry, failure } = message;
  return (
    <article className={classes["agent"]} aria-busy={isUnderWay(message)}>
      <span aria-hidden>
        <Logo size={28} />
      </span>
      <Stack gap="sm" miw={0}>
        <VisuallyHidden>{t("agent")}: </VisuallyHidden>
        {text === "" ? null : <Markdown text={text} />}
        {state === "waiting" && progress === undefined ? <Thinking since={message.at} retry={retry} /> : null}
        {state === "waiting" && progress !== undefined ? <StartCard progress={progress} /> : null}
        {state === "stopped" ? <Text c="dimmed">{t("stopped")}</Text> : null}
        {state === "lost" ? <Notice tone="info">{t("lost")}</Notice> : null}
        {state === "left" ? <Notice tone="info">{t("leftOpen")}</Notice> : null}
        {state === "failed" && failure !== undefined ? (
          <FailureNotice turn={message.id} failure={failure} isLast={isLast} onAgain={onAgain} />
        ) : null}
        {isLast && (state === "lost" || state === "left" || state === "stopped") ? (
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

function Thinking({ since, retry }: { readonly since: number; readonly retry: Retry | undefined }) {
  const t = useTranslations("chat");
  const seconds = useSecondsSince(since);
  const silent = seconds >= SILENT_AFTER_S ? t("silent", { seconds }) : t("thinking");
  return (
    <Group gap="sm" c="dimmed" wrap="nowrap" align="flex-start">
      <Loader size="xs" type="dots" mt={8} aria-hidden />
      {retry === undefined ? (
        <Text className="tabular">{seconds >= SLOW_AFTER_S ? t("slow") : silent}</Text>
      ) : (
        <Retrying retry={retry} />
      )}
    </Group>
  );
}

/** What the provider said, and that it is asked again. */
function Retrying({ retry: { code, said, attempt, attemptsMax } }: { readonly retry: Retry }) {
  const t = useTranslations("chat");
  const textOf = useErrorText();
  return (
    <div role="status">
      <Text>{textOf(new ApiError({ code, message: "" }))}</Text>
      {said === undefined ? null : <Text size="sm">{t("providerSaid", { said })}</Text>}
      <Text size="sm" className="tabular">
        {t("retryingProvider", { attempt, attempts: attemptsMax })}
      </Text>
    </div>
  );
}
