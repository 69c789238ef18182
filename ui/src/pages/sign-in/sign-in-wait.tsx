// A temporarily refused sign-in: counts down, and retries automatically.
import { Button, Group, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslations } from "use-intl";
import { Notice } from "../../components/error-notice.tsx";
import { useSecondsUntil } from "../../components/use-seconds.ts";

interface SignInWaitProps {
  /** Ms since 1970. */
  readonly at: number;
  readonly onAgain: () => void;
  readonly onStop: () => void;
}

export function SignInWait({ at, onAgain, onStop }: SignInWaitProps) {
  const t = useTranslations("signIn");
  const seconds = useSecondsUntil(at);
  const isOver = seconds === 0;
  useEffect(() => {
    if (isOver) onAgain();
    // Once, when the wait is over, however often the component renders until then.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isOver]);
  return (
    <Notice tone="info">
      <Text>{t("wait")}</Text>
      <Group gap="sm" mt="sm">
        {/* As a timer: the notice around it would be read aloud each second. */}
        <Text size="sm" role="timer" className="tabular">
          {t("waitSeconds", { seconds })}
        </Text>
        <Button variant="default" size="xs" onClick={onStop}>
          {t("waitStop")}
        </Button>
      </Group>
    </Notice>
  );
}
