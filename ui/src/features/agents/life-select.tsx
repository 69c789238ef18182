// How long a new key lives.
import { Select } from "@mantine/core";
import { useTranslations } from "use-intl";

const LIVES = { "30": 30, "90": 90, "365": 365, never: null } as const;
export type Life = keyof typeof LIVES;

export const daysOf = (life: Life): number | null => LIVES[life];

export function LifeSelect({ value, onChange }: { readonly value: Life; readonly onChange: (life: Life) => void }) {
  const t = useTranslations("keys");
  const data = [
    { value: "30", label: t("expiry30") },
    { value: "90", label: t("expiry90") },
    { value: "365", label: t("expiry365") },
    { value: "never", label: t("expiryNever") },
  ];
  return (
    <Select
      label={t("expiry")}
      data={data}
      allowDeselect={false}
      value={value}
      onChange={(chosen) => chosen !== null && isLife(chosen) && onChange(chosen)}
    />
  );
}

const isLife = (text: string): text is Life => Object.hasOwn(LIVES, text);
