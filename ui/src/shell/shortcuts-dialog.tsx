// The list of the keyboard's shortcuts, and the switch that turns them off.
import { Group, Kbd, Stack, Switch, Text } from "@mantine/core";
import { useTranslations } from "use-intl";
import { Dialog } from "../components/dialog.tsx";
import { GOES, useShortcutsSetting } from "./use-shortcuts.ts";

export interface ShortcutsDialogProps {
  readonly isAdmin: boolean;
  readonly onClose: () => void;
}

export function ShortcutsDialog({ isAdmin, onClose }: ShortcutsDialogProps) {
  const t = useTranslations("shortcuts");
  const common = useTranslations("common");
  const [isOn, setOn] = useShortcutsSetting();
  const goes = GOES.filter(({ isAdmins }) => isAdmin || !isAdmins);
  return (
    <Dialog opened onClose={onClose} title={t("title")} closeButtonProps={{ "aria-label": common("close") }}>
      <Stack gap="xs">
        <Shortcut keys={["/"]} does={t("search")} />
        <Shortcut keys={["?"]} does={t("help")} />
        {goes.map(({ key, name }) => (
          <Shortcut key={key} keys={["g", key]} does={t(name)} />
        ))}
        <Switch
          mt="md"
          label={t("enabled")}
          description={t("enabledHint")}
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
      </Stack>
    </Dialog>
  );
}

function Shortcut({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  const t = useTranslations("shortcuts");
  const [first, second] = keys;
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text>{does}</Text>
      <Group gap={6} wrap="nowrap">
        <Kbd>{first}</Kbd>
        {second === undefined ? null : (
          <>
            <Text span size="sm" c="dimmed">
              {t("next")}
            </Text>
            <Kbd>{second}</Kbd>
          </>
        )}
      </Group>
    </Group>
  );
}
