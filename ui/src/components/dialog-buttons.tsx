// The two buttons below a form in a dialog.
import { Button, Group } from "@mantine/core";
import { useTranslations } from "use-intl";

export interface DialogButtonsProps {
  readonly submit: string;
  readonly isBusy: boolean;
  readonly onCancel: () => void;
}

export function DialogButtons({ submit, isBusy, onCancel }: DialogButtonsProps) {
  const common = useTranslations("common");
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {common("cancel")}
      </Button>
      <Button type="submit" loading={isBusy}>
        {submit}
      </Button>
    </Group>
  );
}
