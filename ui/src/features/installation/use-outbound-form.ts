// The state of the form for outbound connections: its values, their rules, saving, and going back to the environment.
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { toApiError } from "../../api/errors.ts";
import { outboundQuery, resetOutbound, setOutbound, type OutboundInput, type OutboundView } from "./outbound-api.ts";

export interface OutboundValues {
  readonly proxyUrl: string;
  readonly username: string;
  readonly password: string;
  /** One a line. */
  readonly exceptions: string;
  readonly certificates: string;
}

export function useOutboundForm(view: OutboundView) {
  const t = useTranslations("outbound");
  return useForm<OutboundValues>({
    initialValues: valuesOf(view),
    validateInputOnBlur: true,
    validate: {
      proxyUrl: (value) => (value.trim() === "" || /^https?:\/\/[^/@\s]+\/?$/.test(value.trim()) ? null : t("proxyWrong")),
      certificates: (value) => (value.trim() === "" || value.includes("-----BEGIN CERTIFICATE-----") ? null : t("pemWrong")),
    },
  });
}
export type OutboundForm = ReturnType<typeof useOutboundForm>;

export function useOutboundSaving(form: OutboundForm) {
  const t = useTranslations("outbound");
  const other = useTranslations("fields")("other");
  const api = useApi();
  const take = useTaking(form);
  const texts: Readonly<Record<string, string>> = { proxyUrl: t("proxyWrong"), certificates: t("pemWrong") };
  return useMutation({
    // The question holds the password: it must not stay in the cache.
    gcTime: 0,
    mutationFn: (values: OutboundValues) => setOutbound(api, toInput(values)),
    onSuccess: take,
    onError: (error) => {
      const fields = toApiError(error).fields.map(({ path }) => path.split(".")[0] ?? path);
      form.setErrors(Object.fromEntries(fields.map((path) => [path, texts[path] ?? other])));
    },
  });
}

export function useOutboundReset(form: OutboundForm) {
  const api = useApi();
  const take = useTaking(form);
  return useMutation({ mutationFn: () => resetOutbound(api), onSuccess: take });
}

function useTaking(form: OutboundForm): (view: OutboundView) => void {
  const api = useApi();
  const queryClient = useQueryClient();
  return (view) => {
    queryClient.setQueryData(outboundQuery(api).queryKey, view);
    const values = valuesOf(view);
    form.setValues(values);
    form.resetDirty(values);
  };
}

function valuesOf({ proxyUrl, username, exceptions, certificates }: OutboundView): OutboundValues {
  const lines = exceptions.join("\n");
  return {
    proxyUrl: proxyUrl ?? "",
    username: username ?? "",
    password: "",
    exceptions: lines,
    certificates: certificates ?? "",
  };
}

function toInput({ proxyUrl, username, password, exceptions, certificates }: OutboundValues): OutboundInput {
  const given = (text: string): string | null => (text.trim() === "" ? null : text.trim());
  return {
    proxyUrl: given(proxyUrl),
    username: given(username),
    ...(password === "" ? {} : { password }),
    exceptions: exceptions.split(/[\s,]+/).filter((entry) => entry !== ""),
    certificates: given(certificates),
  };
}
