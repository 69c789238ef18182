// Shows a secret for the only time. Nothing but its own button closes it: a stray click must not lose a key.
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useRef, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";

export interface ShowOnceProps {
  readonly title: string;
  readonly explanation: ReactNode;
  readonly secret: string;
  readonly onStored: () => void;
  readonly children?: ReactNode;
}

export function ShowOnce({ title, explanation, secret, onStored, children }: ShowOnceProps) {
  const t = useTranslations("common");
  const shown = useRef<HTMLElement>(null);
  return (
    <Dialog
      opened
      title={title}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size="lg"
    >
      <Stack>
        <Text>{explanation}</Text>
        <Code block ref={shown} tabIndex={0} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {secret}
        </Code>
        {children}
        <Group justify="space-between">
          <CopyButton text={secret} shown={shown} />
          <Button onClick={onStored}>{t("stored")}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
