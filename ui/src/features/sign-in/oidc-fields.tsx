// The fields of single sign-on: the client at the provider, who may join, who is an administrator.
import { PasswordInput, Radio, Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import { useTranslations } from "use-intl";
import type { OidcConfigView } from "../../../../contracts/sign-in/oidc.ts";
import { keepsSecret } from "./oidc-values.ts";
import type { OidcForm } from "./use-oidc-form.ts";

export interface OidcFieldsProps {
  readonly form: OidcForm;
  readonly config: OidcConfigView;
}

export function OidcFields({ form, config }: OidcFieldsProps) {
  return (
    <Stack>
      <ClientFields form={form} config={config} />
      <JoinFields form={form} />
      <RoleFields form={form} />
    </Stack>
  );
}

function ClientFields({ form, config }: OidcFieldsProps) {
  const t = useTranslations("signInMethod");
  const isKept = keepsSecret(config, form.values.issuerUrl);
  const hasOther = !isKept && (config.active ?? config.candidate) !== null;
  const secretHint = isKept ? t("secretKept") : hasOther ? t("secretNeeded") : undefined;
  return (
    <>
      <TextInput
        label={t("issuerUrl")}
        description={t("issuerHint")}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("issuerUrl")}
      />
      <TextInput label={t("clientId")} autoComplete="off" spellCheck={false} {...form.getInputProps("clientId")} />
      <PasswordInput
        label={t("clientSecret")}
        description={secretHint}
        autoComplete="off"
        placeholder={isKept ? "••••••••" : undefined}
        {...form.getInputProps("clientSecret")}
      />
      <TextInput label={t("displayName")} placeholder="OpenID Connect" maxLength={100} {...form.getInputProps("displayName")} />
    </>
  );
}

function JoinFields({ form }: { readonly form: OidcForm }) {
  const t = useTranslations("signInMethod");
  return (
    <>
      <Radio.Group label={t("joinRule")} {...form.getInputProps("joinRule")}>
        <Stack gap="xs" mt="xs">
          <Radio value="invited" label={t("invited")} />
          <Radio value="domains" label={t("domains")} />
          <Radio value="everyone" label={t("everyone")} />
        </Stack>
      </Radio.Group>
      {form.values.joinRule === "domains" ? (
        <TagsInput
          label={t("allowedDomains")}
          description={t("domainsHint")}
          placeholder={t("addByEnter")}
          acceptValueOnBlur
          {...form.getInputProps("allowedDomains")}
        />
      ) : null}
      <Switch
        label={t("emailRule")}
        description={t("emailRuleHint")}
        {...form.getInputProps("takesInviteByEmail", { type: "checkbox" })}
      />
      <Switch
        label={t("assumesEmailVerified")}
        description={t("assumesEmailVerifiedHint")}
        {...form.getInputProps("assumesEmailVerified", { type: "checkbox" })}
      />
    </>
  );
}

function RoleFields({ form }: { readonly form: OidcForm }) {
  const t = useTranslations("signInMethod");
  return (
    <>
      <TagsInput
        label={t("adminGroups")}
        description={t("adminGroupsHint")}
        placeholder={t("addByEnter")}
        acceptValueOnBlur
        {...form.getInputProps("adminGroups")}
      />
      <TextInput label={t("groupsClaim")} autoComplete="off" spellCheck={false} {...form.getInputProps("groupsClaim")} />
      <TagsInput
        label={t("extraScopes")}
        description={t("extraScopesHint")}
        placeholder={t("addByEnter")}
        acceptValueOnBlur
        {...form.getInputProps("extraScopes")}
      />
    </>
  );
}
