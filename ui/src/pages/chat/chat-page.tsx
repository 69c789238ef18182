// Talking to my agent.
import { ActionIcon, Button, Drawer, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import IconList from "@tabler/icons-react/dist/esm/icons/IconList.mjs";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { Fragment, useEffect } from "react";
import { useTranslations } from "use-intl";
import { ChatLog } from "../../features/turns/chat-log.tsx";
import classes from "../../features/turns/chat.module.css";
import { Composer } from "../../features/turns/composer.tsx";
import { titleOf } from "../../features/turns/transcript.ts";
import { useChat } from "../../features/turns/use-chat.ts";

/** The default conversation of the other clients too. */
const MAIN = "main";

export function ChatPage() {
  const t = useTranslations("chat");
  const { conversationId = MAIN } = useParams({ strict: false });
  const { store, transcripts } = useChat();
  const transcript = transcripts.find((each) => each.conversationId === conversationId);
  const messages = transcript?.messages ?? [];
  const isStarting = messages.at(-1)?.progress !== undefined;
  const title = conversationId === MAIN ? t("main") : ((transcript && titleOf(transcript)) ?? t("untitled"));
  useEffect(() => {
    document.title = `${isStarting ? "… " : ""}${t("title")} · Mosaic Fleet`;
  }, [isStarting, t]);
  return (
    <div className={classes["frame"]}>
      <div className={classes["list"]}>
        <Conversations current={conversationId} />
      </div>
      <div className={classes["pane"]}>
        <PaneTop title={title} current={conversationId} />
        <Fragment key={conversationId}>
          <ChatLog messages={messages} onAgain={() => store.again(conversationId)} />
          <Composer conversationId={conversationId} messages={messages} store={store} />
        </Fragment>
      </div>
    </div>
  );
}

function PaneTop({ title, current }: { readonly title: string; readonly current: string }) {
  const t = useTranslations("chat");
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <div className={classes["top"]}>
      <Title order={1} size="h3" lineClamp={1}>
        {title}
      </Title>
      <ActionIcon variant="default" size={36} hiddenFrom="sm" aria-label={t("conversations")} onClick={open}>
        <IconList size={18} aria-hidden />
      </ActionIcon>
      <Drawer opened={isOpen} onClose={close} title={t("conversations")} size={288} position="right">
        <Conversations current={current} onChosen={close} />
      </Drawer>
    </div>
  );
}

function Conversations({ current, onChosen }: { readonly current: string; readonly onChosen?: () => void }) {
  const t = useTranslations("chat");
  const navigate = useNavigate();
  const { transcripts } = useChat();
  const others = transcripts.filter(({ conversationId }) => conversationId !== MAIN);
  const begin = (): void => {
    onChosen?.();
    void navigate({ to: "/chat/$conversationId", params: { conversationId: crypto.randomUUID().slice(0, 13) } });
  };
  const mark = (id: string) => (id === current ? "page" : undefined);
  return (
    <nav aria-label={t("conversations")}>
      <Button variant="default" fullWidth mb="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={begin}>
        {t("newConversation")}
      </Button>
      <Link
        to="/chat"
        className={classes["conversation"]}
        activeOptions={{ exact: true }}
        aria-current={mark(MAIN)}
        onClick={onChosen}
      >
        {t("main")}
      </Link>
      {others.map((transcript) => (
        <Link
          key={transcript.conversationId}
          to="/chat/$conversationId"
          params={{ conversationId: transcript.conversationId }}
          className={classes["conversation"]}
          aria-current={mark(transcript.conversationId)}
          onClick={onChosen}
        >
          {titleOf(transcript) ?? t("untitled")}
        </Link>
      ))}
    </nav>
  );
}
