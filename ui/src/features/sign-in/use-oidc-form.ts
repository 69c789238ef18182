// The state of the form of single sign-on: its values, their rules, and the api's word on the issuer.
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import type { OidcConfigView } from "../../../../contracts/sign-in/oidc.ts";
import { ISSUER_PROBLEMS } from "../../../../contracts/sign-in/oidc-facts.ts";
import { useApi } from "../../api/api-context.ts";
import { isCode, toApiError } from "../../api/errors.ts";
import { oidcKeys, setOidcCandidate } from "./oidc-api.ts";
import { fieldErrors } from "../../components/field-errors.ts";
import { keepsSecret, toInput, valuesOf, type OidcValues } from "./oidc-values.ts";

const FIELDS = [
  "issuerUrl",
  "clientId",
  "clientSecret",
  "displayName",
  "allowedDomains",
  "adminGroups",
  "groupsClaim",
  "extraScopes",
] as const;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
export function useOidcForm(config: OidcConfigView) {
  const t = useTranslations("signInMethod");
  const fields = useTranslations("fields");
  return useForm<OidcValues>({
    initialValues: valuesOf(config),
    validateInputOnBlur: true,
    validate: {
      issuerUrl: (value) => (/^https?:\/\//.test(value.trim()) && URL.canParse(value.trim()) ? null : fields("url")),
      clientId: (value) => (value.trim() === "" ? fields("required") : null),
      clientSecret: (value, values) => (value !== "" || keepsSecret(config, values.issuerUrl) ? null : fields("required")),
      allowedDomains: (value, { joinRule }) => {
        if (joinRule !== "domains") return null;
        if (value.length === 0) return t("domainsMissing");
        return value.every((domain) => DOMAIN.test(domain.trim())) ? null : t("domainWrong");
      },
      groupsClaim: (value) => (value.trim() === "" ? fields("required") : null),
    },
  });
}
export type OidcForm = ReturnType<typeof useOidcForm>;

/** Checks the provider, and keeps the values for a test sign-in. */
export function useStoring(form: OidcForm) {
  const api = useApi();
  const queryClient = useQueryClient();
  const other = useTranslations("fields")("other");
  const issuerText = useIssuerText();
  return useMutation({
    // The question holds the secret: it must not stay in the cache.
    gcTime: 0,
    mutationFn: (values: OidcValues) => setOidcCandidate(api, toInput(values)),
    onSuccess: (config) => {
      queryClient.setQueryData(oidcKeys.config, config);
      const values = valuesOf(config);
      form.setValues(values);
      form.resetDirty(values);
    },
    onError: (error) => form.setErrors({ ...fieldErrors(error, FIELDS, other), ...issuerText(error) }),
  });
}

/** What is wrong with the issuer, at its field; nothing for errors of another kind. */
export function useIssuerText(): (error: unknown) => { readonly issuerUrl?: string } {
  const t = useTranslations("issuerProblems");
  return (error) => {
    const reason = toApiError(error).details["reason"];
    const problem = ISSUER_PROBLEMS.find((known) => known === reason);
    if (isCode(error, "PROVIDER_TEST_FAILED")) return { issuerUrl: t("unreachable") };
    return problem === undefined ? {} : { issuerUrl: t(problem) };
  };
}
