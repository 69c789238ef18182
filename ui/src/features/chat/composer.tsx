// Where one writes: Enter sends, the draft is kept, and Stop stands where Send was while the agent answers.
import { Button, Group, Text, Textarea } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";
import IconSend from "@tabler/icons-react/dist/esm/icons/IconSend.mjs";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import type { ChatStore } from "./chat-store.ts";
import classes from "./chat.module.css";
import type { Message } from "./transcript.ts";
import { keepDraft, readDraft } from "./transcript-storage.ts";

/** Of the message itself; see contracts/chat.ts. */
export const MESSAGE_MAX_CHARS = 200_000;
const TWICE_WITHIN_MS = 1_000;
const CHARS_PER_KB = 1024;

export interface ComposerProps {
  readonly conversationId: string;
  readonly messages: readonly Message[];
  readonly store: ChatStore;
}

export function Composer({ conversationId, messages, store }: ComposerProps) {
  const t = useTranslations("chat");
  const [draft, setDraft] = useDraft(conversationId);
  const isTouch = useMediaQuery("(pointer: coarse)");
  const isAnswering = messages.some(({ state }) => state === "waiting" || state === "answering");
  const isFull = messages.some(({ state }) => state === "queued");
  const over = draft.length - MESSAGE_MAX_CHARS;
  const isSecondEscape = useSecondEscape();
  const send = (): void => {
    if (draft.trim() === "" || over > 0 || isFull) return;
    store.send(conversationId, draft);
    setDraft("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && isAnswering && isSecondEscape()) store.stop(conversationId);
    if (!isSendKey(event, isTouch)) return;
    event.preventDefault();
    send();
  };
  return (
    <div className={classes["composer"]}>
      <form className={classes["composerInner"]} onSubmit={(event) => (event.preventDefault(), send())}>
        <Textarea
          id="message-box"
          aria-label={t("message")}
          placeholder={t("placeholder")}
          autosize
          minRows={1}
          maxRows={10}
          size="md"
          value={draft}
          error={over > 0 ? t("tooLong", { kb: Math.ceil(over / CHARS_PER_KB) }) : undefined}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Buttons isAnswering={isAnswering} onStop={() => store.stop(conversationId)} />
      </form>
    </div>
  );
}

/** With a finger there is no Shift key: there Enter breaks the line. */
function isSendKey(event: KeyboardEvent, isTouch: boolean): boolean {
  if (event.key !== "Enter" || event.nativeEvent.isComposing) return false;
  return event.ctrlKey || !(event.shiftKey || isTouch);
}

function Buttons({ isAnswering, onStop }: { readonly isAnswering: boolean; readonly onStop: () => void }) {
  const t = useTranslations("chat");
  return (
    <Group justify="space-between" mt="xs" wrap="nowrap">
      <Text size="xs" c="dimmed">
        {isAnswering ? t("stopKey") : t("hint")}
      </Text>
      <Group gap="xs" wrap="nowrap">
        {isAnswering ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={onStop}>
            {t("stop")}
          </Button>
        ) : null}
        <Button type="submit" leftSection={<IconSend size={16} aria-hidden />}>
          {t("send")}
        </Button>
      </Group>
    </Group>
  );
}

function useDraft(conversationId: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(() => readDraft(conversationId));
  const write = (text: string): void => {
    keepDraft(conversationId, text);
    setDraft(text);
  };
  return [draft, write];
}

/** One Escape is easily pressed by mistake. */
function useSecondEscape(): () => boolean {
  const last = useRef(0);
  return () => {
    const isSecond = Date.now() - last.current < TWICE_WITHIN_MS;
    last.current = isSecond ? 0 : Date.now();
    return isSecond;
  };
}
