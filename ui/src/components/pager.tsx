// Where one is in a list that comes in pages. For a single page it says only how many rows there are.
import { ActionIcon, Group, Select, Text } from "@mantine/core";
import IconChevronLeft from "@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs";
import IconChevronRight from "@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs";
import { useTranslations } from "use-intl";
import type { PageMeta } from "../../../contracts/page.ts";

const SIZES = ["25", "50", "100"] as const;

export interface PagerProps {
  readonly meta: PageMeta;
  readonly onPage: (page: number) => void;
  readonly onLimit: (limit: number) => void;
}

export function Pager({ meta, onPage, onLimit }: PagerProps) {
  const t = useTranslations("common");
  const { page, limit, total, totalPages } = meta;
  const from = (page - 1) * limit + 1;
  const isSmall = total <= Number(SIZES[0]);
  return (
    <Group justify="space-between">
      <Text size="sm" c="dimmed" className="tabular" aria-live="polite">
        {t("range", { from, to: Math.min(total, page * limit), total })}
      </Text>
      {isSmall ? null : (
        <Group gap="xs">
          <Select
            aria-label={t("rowsPerPage")}
            w={84}
            data={[...SIZES]}
            value={String(limit)}
            allowDeselect={false}
            onChange={(value) => value !== null && onLimit(Number(value))}
          />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("previousPage")}
            disabled={page <= 1}
            onClick={() => onPage(page - 1)}
          >
            <IconChevronLeft size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("nextPage")}
            disabled={page >= totalPages}
            onClick={() => onPage(page + 1)}
          >
            <IconChevronRight size={18} aria-hidden />
          </ActionIcon>
        </Group>
      )}
    </Group>
  );
}
