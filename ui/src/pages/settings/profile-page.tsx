// Who I am here, and how the interface looks.
import { Paper, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from "@mantine/core";
import { useTranslations } from "use-intl";
import { Page } from "../../components/page.tsx";
import { useLanguage } from "../../i18n/language-provider.tsx";
import { isLanguage, LANGUAGES } from "../../i18n/language.ts";
import { LANGUAGE_NAMES } from "../../shell/appearance-menu.tsx";
import { useSession } from "../../shell/use-session.ts";
import { COLOR_SCHEMES } from "../../theme/color-scheme.ts";

export function ProfilePage() {
  const t = useTranslations("profile");
  const roles = useTranslations("roles");
  const { user } = useSession();
  return (
    <Page title={t("title")} width="form">
      <Paper p={{ base: "md", sm: "lg" }}>
        <Stack gap="sm">
          <Title order={2} size="h3">
            {t("account")}
          </Title>
          <Labelled label={t("name")}>{user.name}</Labelled>
          <Labelled label={t("role")}>{roles(user.systemRole)}</Labelled>
        </Stack>
      </Paper>
      <AppearanceCard />
    </Page>
  );
}

function Labelled({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text style={{ overflowWrap: "anywhere" }}>{children}</Text>
    </div>
  );
}

function AppearanceCard() {
  const t = useTranslations("profile");
  const names = useTranslations("appearance");
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = COLOR_SCHEMES.map((value) => ({ value, label: names(value) }));
  return (
    <Paper p={{ base: "md", sm: "lg" }}>
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
            onChange={(value) => isLanguage(value) && choose(value)}
          />
        </div>
        <div>
          <Text size="xs" c="dimmed" mb={4}>
            {t("scheme")}
          </Text>
          <SegmentedControl aria-label={t("scheme")} data={schemes} value={colorScheme} onChange={setColorScheme} />
        </div>
      </Stack>
    </Paper>
  );
}
