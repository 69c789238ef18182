// The address that the identity provider must be told.
import { Group, Stack, Text } from "@mantine/core";
import { useRef } from "react";
import { useTranslations } from "use-intl";
import { CopyButton } from "../../components/copy-button.tsx";

export function RedirectUri({ uri }: { readonly uri: string }) {
  const t = useTranslations("signInMethod");
  const shown = useRef<HTMLParagraphElement>(null);
  return (
    <Stack gap="xs">
      <Text c="dimmed">{t("settingsText")}</Text>
      <Group gap="sm" role="group" aria-label={t("redirectUri")}>
        <Text ref={shown} ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {uri}
        </Text>
        <CopyButton text={uri} shown={shown} />
      </Group>
    </Stack>
  );
}
