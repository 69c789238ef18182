// What an owner does to a key: create, replace, change its scopes, revoke. What shows a new key comes in the same file, so that
// none is made before that has been loaded.
import { Radio, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import {
  KEY_DESCRIPTION_MAX_CHARS,
  KEY_OVERLAP_HOURS,
  LEAST_AGENT_SCOPES,
  type KeyOverlapHours,
} from "../../../../contracts/agents/facts.ts";
import type { AgentKeyView } from "../../../../contracts/agents/schema.ts";
import { useApi } from "../../api/api-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { DialogButtons } from "../../components/dialog-buttons.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { focusFirst } from "../../components/field-errors.ts";
import { createAgentKey, ownAgentKeys, revokeAgentKey, rotateAgentKey, updateAgentKey } from "./agents-api.ts";
import { useKeyName } from "./key-name.ts";
import { daysOf, LifeSelect, type Life } from "./life-select.tsx";
import { NewAgentKey } from "./new-agent-key.tsx";
import { onlyScopes, ScopeChecks } from "./scope-checks.tsx";

export type AskedOfKeys =
  { readonly verb: "create" } | { readonly verb: "rotate" | "change" | "revoke"; readonly key: AgentKeyView };

export interface KeyDialogProps {
  readonly agentId: string;
  readonly asked: AskedOfKeys;
  readonly onDone: () => void;
}

export function KeyDialog({ agentId, asked, onDone }: KeyDialogProps) {
  switch (asked.verb) {
    case "create":
      return <CreateKey agentId={agentId} onDone={onDone} />;
    case "rotate":
      return <RotateKey agentId={agentId} apiKey={asked.key} onDone={onDone} />;
    case "change":
      return <ChangeKey agentId={agentId} apiKey={asked.key} onDone={onDone} />;
    case "revoke":
      return <RevokeKey agentId={agentId} apiKey={asked.key} onDone={onDone} />;
  }
}

interface Values {
  readonly description: string;
  readonly scopes: string[];
  readonly life: Life;
}

interface DialogProps {
  readonly agentId: string;
  readonly onDone: () => void;
}

interface KeyProps extends DialogProps {
  readonly apiKey: AgentKeyView;
}

function CreateKey({ agentId, onDone }: DialogProps) {
  const t = useTranslations("ownAgents");
  const api = useApi();
  const creating = useChange(({ description, scopes, life }: Values) =>
    createAgentKey(api, agentId, {
      ...{ description: description.trim(), scopes: onlyScopes(scopes), expiresInDays: daysOf(life) },
    }),
  );
  const form = useKeyForm({ description: "", scopes: LEAST_AGENT_SCOPES });
  if (creating.data !== undefined) return <NewAgentKey created={creating.data} onStored={onDone} />;
  return (
    <FormDialog
      title={t("createKey")}
      submit={t("createKey")}
      change={creating}
      onCancel={onDone}
      onSubmit={form.onSubmit((values) => creating.mutate(values), focusFirst(form))}
    >
      <KeyFields form={form} />
      <LifeSelect value={form.values.life} onChange={(life) => form.setFieldValue("life", life)} />
    </FormDialog>
  );
}

function ChangeKey({ agentId, apiKey, onDone }: KeyProps) {
  const t = useTranslations("ownAgents");
  const api = useApi();
  const name = useKeyName()(apiKey);
  const common = useTranslations("common");
  const form = useKeyForm(apiKey);
  const changing = useChange(async ({ description, scopes }: Values) => {
    const body = { description: description.trim(), scopes: onlyScopes(scopes) };
    await updateAgentKey(api, { agentId, keyId: apiKey.keyId }, body);
    onDone();
  });
  return (
    <FormDialog
      title={t("changeKeyTitle", { name })}
      submit={common("save")}
      change={changing}
      onCancel={onDone}
      onSubmit={form.onSubmit((values) => changing.mutate(values), focusFirst(form))}
    >
      <KeyFields form={form} />
      <Text size="sm">{t("changeKeyHint")}</Text>
    </FormDialog>
  );
}

function RotateKey({ agentId, apiKey, onDone }: KeyProps) {
  const t = useTranslations("ownAgents");
  const api = useApi();
  const name = useKeyName()(apiKey);
  const [hours, setHours] = useState<KeyOverlapHours>(1);
  const rotating = useChange(() => rotateAgentKey(api, { agentId, keyId: apiKey.keyId }, hours));
  if (rotating.data !== undefined)
    return <NewAgentKey created={rotating.data} remark={t(`rotated.${hours}`)} onStored={onDone} />;
  return (
    <FormDialog
      title={t("rotateTitle", { name })}
      submit={t("rotate")}
      change={rotating}
      onCancel={onDone}
      onSubmit={(event) => (event.preventDefault(), rotating.mutate())}
    >
      <Text>{t("rotateBody")}</Text>
      <Radio.Group
        label={t("overlap")}
        value={String(hours)}
        onChange={(chosen) => setHours(KEY_OVERLAP_HOURS.find((each) => String(each) === chosen) ?? hours)}
      >
        <Stack gap="xs" mt="xs">
          {KEY_OVERLAP_HOURS.map((each) => (
            <Radio key={each} value={String(each)} label={t(`overlapHours.${each}`)} />
          ))}
        </Stack>
      </Radio.Group>
    </FormDialog>
  );
}

function RevokeKey({ agentId, apiKey, onDone }: KeyProps) {
  const t = useTranslations("ownAgents");
  const keys = useTranslations("keys");
  const api = useApi();
  const name = useKeyName()(apiKey);
  const revoking = useChange(async () => {
    await revokeAgentKey(api, { agentId, keyId: apiKey.keyId });
    onDone();
  });
  return (
    <ConfirmDialog
      title={keys("revokeTitle", { name })}
      body={t("revokeBody")}
      confirm={keys("revoke")}
      isBusy={revoking.isPending}
      error={revoking.error}
      onCancel={onDone}
      onConfirm={() => revoking.mutate()}
    />
  );
}

/** The answer may hold a key: it must not stay in the cache. */
function useChange<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ownAgentKeys.all }),
  });
}

function useKeyForm({ description, scopes }: { readonly description: string; readonly scopes: readonly string[] }) {
  const t = useTranslations("ownAgents");
  return useForm<Values>({
    initialValues: { description, scopes: [...scopes], life: "90" },
    validate: { scopes: (value) => (value.length === 0 ? t("scopesMissing") : null) },
  });
}

function KeyFields({ form }: { readonly form: ReturnType<typeof useKeyForm> }) {
  const t = useTranslations("ownAgents");
  const { scopes: problem } = form.errors;
  return (
    <>
      <TextInput
        label={t("keyFor")}
        description={t("keyForHint")}
        maxLength={KEY_DESCRIPTION_MAX_CHARS}
        data-autofocus
        {...form.getInputProps("description")}
      />
      <ScopeChecks
        value={form.values.scopes}
        onChange={(scopes) => form.setFieldValue("scopes", scopes)}
        error={typeof problem === "string" ? problem : undefined}
      />
    </>
  );
}

interface FormDialogProps {
  readonly title: string;
  readonly submit: string;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onCancel: () => void;
  readonly onSubmit: (event: React.FormEvent<HTMLFormElement>) => void;
  readonly children: ReactNode;
}

/** Nothing closes it while the request is under way. */
function FormDialog({ title, submit, change, onCancel, onSubmit, children }: FormDialogProps) {
  const close = (): void => (change.isPending ? undefined : onCancel());
  return (
    <Dialog opened title={title} onClose={close} withCloseButton={false} closeOnClickOutside={!change.isPending}>
      <form noValidate onSubmit={onSubmit}>
        <Stack>
          {children}
          {change.error === null ? null : <ErrorNotice error={change.error} />}
          <DialogButtons submit={submit} isBusy={change.isPending} onCancel={close} />
        </Stack>
      </form>
    </Dialog>
  );
}
