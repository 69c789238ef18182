// How many of a pool are free, and what the others are: a bar for the eye, and the same in words.
import { Text } from "@mantine/core";
import { useFormatter, useTranslations } from "use-intl";
import type { Pool } from "./credentials-api.ts";
import classes from "./pool-bar.module.css";

const PARTS = ["free", "leased", "cooling", "pending", "quarantined", "disabled"] as const;
type Part = (typeof PARTS)[number];

function countsOf({ free, unavailable }: Pool): Readonly<Record<Part, number>> {
  const { leased, cooling_down: cooling, expiry_pending: pending, quarantined, disabled } = unavailable;
  return { free, leased, cooling, pending, quarantined, disabled };
}

export function PoolBar({ pool }: { readonly pool: Pool }) {
  const t = useTranslations("pools");
  const format = useFormatter();
  const counts = countsOf(pool);
  const present = PARTS.filter((part) => counts[part] > 0);
  /** These two are always said, also when there are none. */
  const named = PARTS.filter((part) => part === "free" || part === "leased" || counts[part] > 0);
  return (
    <div>
      <div className={classes["bar"]} aria-hidden>
        {present.map((part) => (
          <div key={part} className={classes[part]} style={{ flexGrow: counts[part] }} />
        ))}
      </div>
      <ul className={classes["legend"]}>
        {named.map((part) => (
          <li key={part}>
            <span className={`${classes["dot"]} ${classes[part]}`} />
            <Text span size="sm">
              {t(part)} <strong className="tabular">{format.number(counts[part])}</strong>
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}
