// Where one writes: Enter sends, the draft is kept, and Stop stands where Send was while the agent answers.
import { Box, Button, Group, Loader, Text, Textarea } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import IconPlayerStop from "@tabler/icons-react/dist/esm/icons/IconPlayerStop.mjs";
import IconSend from "@tabler/icons-react/dist/esm/icons/IconSend.mjs";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import { Notice } from "../../components/error-notice.tsx";
import { useErrorText } from "../../components/use-error-text.ts";
import type { ChatStore } from "./chat-store.ts";
import classes from "./chat.module.css";
import { errorOf, isQueued, isUnderWay, type Message } from "./transcript.ts";
import { keepDraft, readDraft, type DraftPlace } from "./transcript-storage.ts";

/** Of the message itself; see contracts/turns/chat.ts. */
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
  const [draft, setDraft] = useDraft({ owner: store.owner, conversationId });
  const isTouch = useMediaQuery("(pointer: coarse)");
  const answer = messages.find(isUnderWay);
  const isFull = messages.some(isQueued);
  const over = draft.length - MESSAGE_MAX_CHARS;
  const isSecondEscape = useSecondEscape();
  const send = (): void => {
    if (draft.trim() === "" || over > 0 || isFull) return;
    store.send(conversationId, draft);
    setDraft("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && answer !== undefined && isSecondEscape()) store.stop(conversationId);
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
        <Foot answer={answer} hasKeys={!isTouch} onStop={() => store.stop(conversationId)} />
      </form>
    </div>
  );
}

/** With a finger there is no Shift key: there Enter breaks the line. */
function isSendKey(event: KeyboardEvent, isTouch: boolean): boolean {
  if (event.key !== "Enter" || event.nativeEvent.isComposing) return false;
  return event.ctrlKey || !(event.shiftKey || isTouch);
}

/** The answer goes on meanwhile, and may be asked to stop once more. */
function StopRefused({ answer }: { readonly answer: Message | undefined }) {
  const t = useTranslations("chat");
  const textOf = useErrorText();
  if (answer?.stop === undefined || answer.stop === "asked") return null;
  return (
    <Box mt="xs">
      <Notice tone="danger">
        {t("stopRefused")} {textOf(errorOf(answer.stop), { RATE_LIMITED: t("limited") })}
      </Notice>
    </Box>
  );
}

interface FootProps {
  readonly answer: Message | undefined;
  /** Not on a touch screen, where a hint about keys is about something that is not there. */
  readonly hasKeys: boolean;
  readonly onStop: () => void;
}

function Foot({ answer, hasKeys, onStop }: FootProps) {
  const t = useTranslations("chat");
  return (
    <>
      <StopRefused answer={answer} />
      <Group justify="space-between" mt="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {hasKeys ? t(answer === undefined ? "hint" : "stopKey") : null}
        </Text>
        <Group gap="xs" wrap="nowrap">
          {answer === undefined ? null : <StopButton isStopping={answer.stop === "asked"} onStop={onStop} />}
          <Button type="submit" leftSection={<IconSend size={16} aria-hidden />}>
            {t("send")}
          </Button>
        </Group>
      </Group>
    </>
  );
}

/** Keeps the focus while it waits: asking twice does nothing more. */
function StopButton({ isStopping, onStop }: { readonly isStopping: boolean; readonly onStop: () => void }) {
  const t = useTranslations("chat");
  const icon = isStopping ? <Loader size={16} aria-hidden /> : <IconPlayerStop size={16} aria-hidden />;
  return (
    <Button variant="default" leftSection={icon} aria-busy={isStopping} onClick={onStop}>
      {t(isStopping ? "stopping" : "stop")}
    </Button>
  );
}

function useDraft(place: DraftPlace): [string, (text: string) => void] {
  const [draft, setDraft] = useState(() => readDraft(place));
  const write = (text: string): void => {
    keepDraft(place, text);
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
