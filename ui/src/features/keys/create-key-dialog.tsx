// Makes a key: its name, what it may do, how long it lives. Nothing closes it while the request is under way.
import { Button, Checkbox, Group, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { SCOPES, type Scope } from "../../../../contracts/core/principal.ts";
import { KEY_LIFE_DEFAULT_DAYS } from "../../../../contracts/keys/facts.ts";
import { useApi } from "../../api/api-context.ts";
import { createKey, keyKeys, type CreatedKey } from "./keys-api.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";

const DAY_MS = 86_400_000;
const LIVES = { never: null, "30": 30, "90": 90, "365": 365 } as const;
type Life = keyof typeof LIVES;

interface Values {
  readonly name: string;
  readonly scopes: string[];
  readonly life: Life;
}

export interface CreateKeyDialogProps {
  readonly onCancel: () => void;
  readonly onCreated: (key: CreatedKey) => void;
}

export function CreateKeyDialog({ onCancel, onCreated }: CreateKeyDialogProps) {
  const t = useTranslations("keys");
  const common = useTranslations("common");
  const creating = useCreateKey(onCreated);
  const form = useKeyForm();
  const close = () => (creating.isPending ? undefined : onCancel());
  return (
    <Dialog opened title={t("create")} onClose={close} withCloseButton={false} closeOnClickOutside={!creating.isPending}>
      <form noValidate onSubmit={form.onSubmit((values) => creating.mutate(values), focusFirst(form))}>
        <Stack>
          <TextInput
            label={t("name")}
            description={t("nameHint")}
            maxLength={100}
            data-autofocus
            {...form.getInputProps("name")}
          />
          <ScopeChecks form={form} />
          <LifeSelect value={form.values.life} onChange={(life) => form.setFieldValue("life", life)} />
          {creating.isError ? <ErrorNotice error={creating.error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={creating.isPending}>
              {t("create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function useKeyForm() {
  const t = useTranslations("keys");
  const required = useTranslations("fields")("required");
  return useForm<Values>({
    initialValues: { name: "", scopes: ["chat:send"], life: `${KEY_LIFE_DEFAULT_DAYS}` },
    validate: {
      name: (value) => (value.trim() === "" ? required : null),
      scopes: (value) => (value.length === 0 ? t("scopesMissing") : null),
    },
  });
}

function ScopeChecks({ form }: { readonly form: ReturnType<typeof useKeyForm> }) {
  const t = useTranslations("keys");
  return (
    <Checkbox.Group label={t("scopes")} {...form.getInputProps("scopes")}>
      <Stack gap="xs" mt="xs">
        {scopes().map((scope) => (
          <Checkbox key={scope} value={scope} label={t(`scope.${scope}`)} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function LifeSelect({ value, onChange }: { readonly value: Life; readonly onChange: (life: Life) => void }) {
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

function useCreateKey(onCreated: (key: CreatedKey) => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    // The answer holds the key: it must not stay in the cache.
    gcTime: 0,
    mutationFn: ({ name, life, scopes: wanted }: Values) => {
      const days = LIVES[life];
      const expiresAt = days === null ? null : new Date(Date.now() + days * DAY_MS).toISOString();
      return createKey(api, { name: name.trim(), scopes: wanted.filter(isScope), expiresAt });
    },
    onSuccess: async (key) => {
      onCreated(key);
      await queryClient.invalidateQueries({ queryKey: keyKeys.all });
    },
  });
}

const isLife = (text: string): text is Life => Object.hasOwn(LIVES, text);
const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);
const scopes = (): readonly Scope[] => Object.keys(SCOPES).filter(isScope);
