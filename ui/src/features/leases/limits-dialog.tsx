// The limits of a kind. An empty field is no limit; what was not changed is not sent.
import { NumberInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { changeLimits, credentialKeys, type Pool } from "./credentials-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";

const MINUTE_MS = 60_000;
/** In the unit of the field; see contracts/leases/credential-lease.ts. `step`: milliseconds per unit, if it is a time. */
const FIELDS = {
  maxLeases: { min: 0, max: 100_000, unitMs: 1, hint: "maxLeasesHint", label: "maxLeases" },
  maxLeaseTtlMs: { min: 0.5, max: 120, unitMs: MINUTE_MS, hint: "maxLeaseTtlHint", label: "maxLeaseTtl" },
  maxLifetimeMs: { min: 0.5, max: 43_200, unitMs: MINUTE_MS, hint: "maxLifetimeHint", label: "maxLifetime" },
  coolDownMs: { min: 1, max: 86_400, unitMs: 1_000, hint: "coolDownHint", label: "coolDown" },
} as const;
type Name = keyof typeof FIELDS;
const NAMES = ["maxLeases", "maxLeaseTtlMs", "maxLifetimeMs", "coolDownMs"] as const satisfies readonly Name[];

/** Empty text: no limit. */
type Values = Record<Name, number | string>;
type Limits = Pool["limits"];

export interface LimitsDialogProps {
  readonly kind: string;
  readonly limits: Limits;
  readonly onDone: () => void;
}

export function LimitsDialog({ kind, limits, onDone }: LimitsDialogProps) {
  const t = useTranslations("pools");
  const common = useTranslations("common");
  const form = useLimitsForm(limits);
  const saving = useSaving({ kind, limits, onDone });
  return (
    <Dialog opened title={t("limitsTitle", { kind })} onClose={onDone}>
      <form noValidate onSubmit={form.onSubmit((values) => saving.mutate(values), focusFirst(form))}>
        <Stack>
          <Text>{t("limitsHint")}</Text>
          {NAMES.map((name, index) => (
            <NumberInput
              key={name}
              label={t(FIELDS[name].label)}
              description={t(FIELDS[name].hint)}
              min={0}
              allowNegative={false}
              decimalScale={name === "maxLeases" ? 0 : 1}
              {...(index === 0 ? { "data-autofocus": true } : {})}
              {...form.getInputProps(name)}
            />
          ))}
          {saving.isError ? <ErrorNotice error={saving.error} /> : null}
          <DialogButtons submit={common("save")} isBusy={saving.isPending} onCancel={onDone} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useLimitsForm(limits: Limits) {
  const t = useTranslations("fields");
  const check = (name: Name) => (value: number | string) => {
    const { min, max } = FIELDS[name];
    if (value === "") return null;
    const number = Number(value);
    return number >= min && number <= max ? null : t("number", { min, max });
  };
  return useForm<Values>({
    initialValues: {
      maxLeases: shown(limits, "maxLeases"),
      maxLeaseTtlMs: shown(limits, "maxLeaseTtlMs"),
      maxLifetimeMs: shown(limits, "maxLifetimeMs"),
      coolDownMs: shown(limits, "coolDownMs"),
    },
    validateInputOnBlur: true,
    validate: {
      maxLeases: check("maxLeases"),
      maxLeaseTtlMs: check("maxLeaseTtlMs"),
      maxLifetimeMs: check("maxLifetimeMs"),
      coolDownMs: check("coolDownMs"),
    },
  });
}

function shown(limits: Limits, name: Name): number | string {
  const limit = limits[name];
  return limit === null ? "" : limit / FIELDS[name].unitMs;
}

function useSaving({ kind, limits, onDone }: LimitsDialogProps) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (values: Values) => {
      const entered = NAMES.map((name) => {
        const value = values[name];
        return [name, value === "" ? null : Math.round(Number(value) * FIELDS[name].unitMs)] as const;
      });
      const changed = entered.filter(([name, value]) => value !== limits[name]);
      if (changed.length > 0) await changeLimits(api, kind, Object.fromEntries(changed));
    },
    onSuccess: async () => {
      onDone();
      await queryClient.invalidateQueries({ queryKey: credentialKeys.all });
    },
  });
}
