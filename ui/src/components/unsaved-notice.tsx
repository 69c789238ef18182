// Above the buttons of a form whose values are not those that are saved, for a reason that its person may not know.
import { Button, Group, Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import { Notice } from "./error-notice.tsx";

export interface UnsavedNoticeProps {
  /** `changedElsewhere`: in another tab, or by a program. `draftBack`: written before the session ended or the page closed. */
  readonly why: "changedElsewhere" | "draftBack";
  readonly onLoad: () => void;
}

export function UnsavedNotice({ why, onLoad }: UnsavedNoticeProps) {
  const t = useTranslations("common");
  return (
    <Notice tone="warning">
      <Text>{t(why)}</Text>
      <Group mt="sm">
        <Button variant="default" onClick={onLoad}>
          {t("loadSaved")}
        </Button>
      </Group>
    </Notice>
  );
}
