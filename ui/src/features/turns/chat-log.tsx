// The messages of a conversation. It follows the newest text only while one is at its end.
import { Button, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useQuery } from "@tanstack/react-query";
import { agentQuery } from "../containers/agent-api.ts";
import { useApi } from "../../api/api-context.ts";
import { AgentMessage } from "./agent-message.tsx";
import classes from "./chat.module.css";
import { isQueued, type Message } from "./transcript.ts";

/** Whoever is further up is reading. */
const FOLLOW_WITHIN_PX = 80;

export interface ChatLogProps {
  readonly messages: readonly Message[];
  readonly onAgain: () => void;
}

export function ChatLog({ messages, onAgain }: ChatLogProps) {
  const t = useTranslations("chat");
  const { scroller, isAway, toEnd, onScroll } = useFollow(messages);
  const again = (): void => (toEnd(), onAgain());
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without a mouse it is scrolled by the keys */}
      <section className={classes["scroll"]} ref={scroller} onScroll={onScroll} aria-label={t("log")} tabIndex={0}>
        <div className={classes["log"]} role="log" aria-live="off">
          {messages.length === 0 ? <EmptyLog /> : null}
          {messages.map((message, index) =>
            message.role === "user" ? (
              <UserMessage key={message.id} message={message} />
            ) : (
              <AgentMessage key={message.id} message={message} isLast={index === messages.length - 1} onAgain={again} />
            ),
          )}
        </div>
      </section>
      {isAway ? (
        <Button className={classes["jump"]} variant="default" radius="xl" onClick={toEnd}>
          {t("newText")} ↓
        </Button>
      ) : null}
      <Announcer messages={messages} />
    </>
  );
}

function useFollow(messages: readonly Message[]) {
  const scroller = useRef<HTMLElement>(null);
  const isAtEnd = useRef(true);
  const [isAway, setAway] = useState(false);
  const toEnd = useCallback(() => {
    const element = scroller.current;
    element?.scrollTo({ top: element.scrollHeight });
    isAtEnd.current = true;
    setAway(false);
  }, []);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < FOLLOW_WITHIN_PX;
    if (isAtEnd.current) setAway(false);
  };
  const own = messages.findLast(({ role }) => role === "user")?.id;
  const seen = useRef(own);
  useEffect(() => {
    // Only for a moment: who writes, and then reads further up while the agent starts, is left there.
    const hasWritten = own !== seen.current;
    seen.current = own;
    // What it asks is the page itself: where it stands after this text was laid out.
    if (isAtEnd.current || hasWritten) toEnd();
    // oxlint-disable-next-line react/set-state-in-effect
    else if (messages.length > 0) setAway(true);
  }, [messages, own, toEnd]);
  return { scroller, isAway, toEnd, onScroll };
}

function UserMessage({ message }: { readonly message: Message }) {
  const t = useTranslations("chat");
  return (
    <article className={classes["user"]}>
      <VisuallyHidden>{t("you")}: </VisuallyHidden>
      {message.text}
      {isQueued(message) ? (
        <Text size="xs" c="dimmed">
          {t("next")}
        </Text>
      ) : null}
    </article>
  );
}

function EmptyLog() {
  const t = useTranslations("chat");
  const agent = useQuery(agentQuery(useApi()));
  const isAsleep = agent.data !== undefined && agent.data.status !== "running";
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Title order={2}>{t("emptyTitle")}</Title>
      <Text c="dimmed" maw="28rem">
        {t("empty")} {isAsleep ? t("emptyAsleep") : ""}
      </Text>
    </Stack>
  );
}

/** A screen reader hears that an answer has begun and that it is whole, and not each word of it. */
function Announcer({ messages }: { readonly messages: readonly Message[] }) {
  const t = useTranslations("chat");
  const last = messages.at(-1);
  const isAnswer = last?.role === "agent";
  const text = isAnswer && last.state === "done" ? t("complete") : isAnswer && last.state === "answering" ? t("answering") : "";
  return <VisuallyHidden role="status">{text}</VisuallyHidden>;
}
