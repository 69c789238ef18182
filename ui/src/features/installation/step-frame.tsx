// The frame of one step: what it is about, its fields, what went wrong, the way on.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useLayoutEffect, useRef, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { ErrorNotice } from "../../components/error-notice.tsx";
import type { ErrorTexts } from "../../components/use-error-text.ts";

export interface StepFrameProps {
  readonly title: string;
  readonly text: string;
  readonly error?: unknown;
  readonly errorTexts?: ErrorTexts;
  readonly isBusy: boolean;
  readonly submitLabel?: string;
  readonly onSkip?: () => void;
  readonly children?: ReactNode;
}

/** The focus goes to its heading, so that it is heard that something new has come. */
export function StepFrame(props: StepFrameProps) {
  const { title, text, error, errorTexts = {}, isBusy, submitLabel, onSkip, children } = props;
  const t = useTranslations("onboarding");
  const heading = useRef<HTMLHeadingElement>(null);
  // Together with the heading: later it would take the focus from people who have begun to type.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} ref={heading} tabIndex={-1}>
          {title}
        </Title>
        <Text c="dimmed" mt={4}>
          {text}
        </Text>
      </div>
      {children}
      {error === null || error === undefined ? null : <ErrorNotice error={error} texts={errorTexts} />}
      <Group justify="flex-end">
        {onSkip === undefined ? null : (
          <Button variant="default" onClick={onSkip} disabled={isBusy}>
            {t("skip")}
          </Button>
        )}
        <Button type="submit" loading={isBusy}>
          {submitLabel ?? t("continue")}
        </Button>
      </Group>
    </Stack>
  );
}
