// Where one is in a list that comes in pages, and the way to the others. There is no way where there is one page.
import { ActionIcon, Group, Select, Text } from "@mantine/core";
import IconChevronLeft from "@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";
import { useTranslations } from "use-intl";
import type { PageMeta } from "../../../contracts/core/page.ts";
import { PAGE_SIZES } from "../../../contracts/core/page-limits.ts";

const ICON_SIZE = 18;

export interface PagerProps {
  readonly meta: PageMeta;
  readonly onPage: (page: number) => void;
  readonly onLimit: (limit: number) => void;
}

export function Pager({ meta, onPage, onLimit }: PagerProps) {
  const t = useTranslations("common");
  const { page, limit, total, totalPages } = meta;
  const from = (page - 1) * limit + 1;
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed" className="tabular" aria-live="polite">
        {t("range", { from, to: Math.min(total, page * limit), total })}
      </Text>
      <Group gap="xs">
        {total > PAGE_SIZES[0] ? <PageSize limit={limit} onLimit={onLimit} /> : null}
        {totalPages > 1 ? <Steps meta={meta} onPage={onPage} /> : null}
      </Group>
    </Group>
  );
}

function PageSize({ limit, onLimit }: { readonly limit: number; readonly onLimit: (limit: number) => void }) {
  const t = useTranslations("common");
  return (
    <Select
      aria-label={t("rowsPerPage")}
      w={84}
      data={PAGE_SIZES.map(String)}
      value={String(limit)}
      allowDeselect={false}
      onChange={(value) => value !== null && onLimit(Number(value))}
    />
  );
}

function Steps({ meta: { page, totalPages }, onPage }: Pick<PagerProps, "meta" | "onPage">) {
  const t = useTranslations("common");
  const shared = { variant: "default", size: 36 } as const;
  return (
    <Group gap="xs" role="group" aria-label={t("pages")}>
      <ActionIcon {...shared} aria-label={t("previousPage")} disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <IconChevronLeft size={ICON_SIZE} aria-hidden />
      </ActionIcon>
      <ActionIcon {...shared} aria-label={t("nextPage")} disabled={page >= totalPages} onClick={() => onPage(page + 1)}>
        <IconChevronRight size={ICON_SIZE} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
