// Makes a key of the broker: its name, its role, for which kinds, for how long.
import { MultiSelect, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { KEY_LIFE_DEFAULT_DAYS } from "../../../../contracts/keys/facts.ts";
import { useApi } from "../../api/api-context.ts";
import { createBrokerKey, credentialKeys, type CreatedBrokerKey } from "./credentials-api.ts";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { useKinds } from "./kind-choice.tsx";

const DAY_MS = 86_400_000;
const LIVES = ["30", "90", "365", "never"] as const;
const ROLES = ["ci", "maintainer"] as const;

interface Values {
  readonly name: string;
  readonly role: (typeof ROLES)[number];
  readonly kinds: string[];
  readonly life: (typeof LIVES)[number];
}

export interface CreateBrokerKeyProps {
  readonly onCancel: () => void;
  readonly onCreated: (key: CreatedBrokerKey) => void;
}

export function CreateBrokerKey({ onCancel, onCreated }: CreateBrokerKeyProps) {
  const t = useTranslations("brokerKeys");
  const creating = useCreating(onCreated);
  const form = useKeyForm();
  const close = (): void => (creating.isPending ? undefined : onCancel());
  return (
    <Dialog opened title={t("createTitle")} onClose={close} withCloseButton={false} closeOnClickOutside={!creating.isPending}>
      <form noValidate onSubmit={form.onSubmit((values) => creating.mutate(values), focusFirst(form))}>
        <Stack>
          <Fields form={form} />
          {creating.isError ? <ErrorNotice error={creating.error} /> : null}
          <DialogButtons submit={t("create")} isBusy={creating.isPending} onCancel={close} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useKeyForm() {
  const required = useTranslations("fields")("required");
  return useForm<Values>({
    initialValues: { name: "", role: "ci", kinds: [], life: `${KEY_LIFE_DEFAULT_DAYS}` },
    validate: { name: (value) => (value.trim() === "" ? required : null) },
  });
}

function Fields({ form }: { readonly form: ReturnType<typeof useKeyForm> }) {
  const t = useTranslations("brokerKeys");
  return (
    <>
      <TextInput label={t("name")} description={t("nameHint")} maxLength={100} data-autofocus {...form.getInputProps("name")} />
      <Radio.Group label={t("role")} {...form.getInputProps("role")}>
        <Stack gap="xs" mt="xs">
          {ROLES.map((role) => (
            <Radio key={role} value={role} label={t(`roles.${role}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <MultiSelect
        label={t("kinds")}
        description={t("kindsHint")}
        data={[...useKinds()]}
        clearable
        {...form.getInputProps("kinds")}
      />
      <Select
        label={t("expiry")}
        data={LIVES.map((value) => ({ value, label: t(`lives.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("life")}
      />
    </>
  );
}

function useCreating(onCreated: (key: CreatedBrokerKey) => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useMutation({
    // The answer holds the key: it must not stay in the cache.
    gcTime: 0,
    mutationFn: ({ name, role, kinds, life }: Values) => {
      const expiresAt = life === "never" ? null : new Date(Date.now() + Number(life) * DAY_MS).toISOString();
      return createBrokerKey(api, { name: name.trim(), role, kinds: kinds.length === 0 ? null : kinds, expiresAt });
    },
    onSuccess: async (key) => {
      onCreated(key);
      await queryClient.invalidateQueries({ queryKey: credentialKeys.brokerKeys });
    },
  });
}
