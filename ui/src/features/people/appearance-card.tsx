// Language and colours of the interface.
import { Paper, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useTranslations } from "use-intl";
import { isLanguage, LANGUAGES } from "../../i18n/language.ts";
import { LANGUAGE_NAMES } from "../../shell/appearance-menu.tsx";
import { useAppearance } from "../../shell/use-appearance.ts";
import { COLOR_SCHEMES } from "../../theme/color-scheme.ts";

export function AppearanceCard() {
  const t = useTranslations("profile");
  const names = useTranslations("appearance");
  const { language, colorScheme, chooseLanguage, chooseScheme } = useAppearance();
  const schemes = COLOR_SCHEMES.map((value) => ({ value, label: names(value) }));
  return (
    <Paper p={{ base: "md", sm: "lg" }} component="section">
      <Stack gap="md">
        <Title order={2} size="h3">
          {t("appearance")}
        </Title>
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t("language")}
          </Text>
          <SegmentedControl
            aria-label={t("language")}
            data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            value={language}
            onChange={(value) => isLanguage(value) && chooseLanguage(value)}
          />
        </div>
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t("scheme")}
          </Text>
          <SegmentedControl aria-label={t("scheme")} data={schemes} value={colorScheme} onChange={chooseScheme} />
        </div>
      </Stack>
    </Paper>
  );
}
