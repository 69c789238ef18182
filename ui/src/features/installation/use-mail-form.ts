// The state of the mail server's form: its values, their rules, and saving, which tries the server first.
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useApi } from "../../api/api-context.ts";
import { toApiError } from "../../api/errors.ts";
import { setMailServer, type MailServer, type MailServerInput } from "./mail-server-api.ts";
import { mailQuery } from "../people/users-api.ts";

const PORT_MAX = 65_535;
const STARTTLS_PORT = 587;

export interface MailValues {
  readonly host: string;
  /** Text while it is being typed. */
  readonly port: number | string;
  readonly security: MailServer["security"];
  readonly username: string;
  readonly password: string;
  readonly from: string;
}

export function useMailForm(server: MailServer | null) {
  const t = useTranslations("system");
  const fields = useTranslations("fields");
  return useForm<MailValues>({
    initialValues: valuesOf(server),
    validateInputOnBlur: true,
    validate: {
      host: (value) => (value.trim() === "" ? fields("required") : null),
      port: (value) => (isPort(value) ? null : t("portWrong")),
      password: (value, values) =>
        values.username.trim() !== "" && value === "" && !keepsPassword(server, values) ? t("passwordNeeded") : null,
      from: (value) => (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value.trim()) ? null : fields("email")),
    },
  });
}
/** A stored password goes to the server, port and kind of connection that it was given for. */
export function keepsPassword(server: MailServer | null, { host, port, security }: MailValues): boolean {
  return (
    server?.hasPassword === true && server.host === host.trim() && server.port === Number(port) && server.security === security
  );
}
export type MailForm = ReturnType<typeof useMailForm>;

export function useMailSaving(form: MailForm) {
  const t = useTranslations("system");
  const other = useTranslations("fields")("other");
  const api = useApi();
  const queryClient = useQueryClient();
  const texts: Readonly<Record<string, string>> = { host: t("addressRefused"), password: t("passwordNeeded"), from: other };
  return useMutation({
    // The question holds the password: it must not stay in the cache.
    gcTime: 0,
    mutationFn: (values: MailValues) => setMailServer(api, toInput(values)),
    onSuccess: (view) => {
      queryClient.setQueryData(mailQuery(api).queryKey, view);
      const values = valuesOf(view.smtp);
      form.setValues(values);
      form.resetDirty(values);
    },
    onError: (error) => {
      const { fields } = toApiError(error);
      form.setErrors(Object.fromEntries(fields.map(({ path }) => [path, texts[path] ?? other])));
    },
  });
}

function valuesOf(server: MailServer | null): MailValues {
  if (server === null) return { host: "", port: STARTTLS_PORT, security: "starttls", username: "", password: "", from: "" };
  const { host, port, security, username, from } = server;
  return { host, port, security, username: username ?? "", password: "", from };
}

function toInput({ password, username, ...values }: MailValues): MailServerInput {
  return {
    ...values,
    host: values.host.trim(),
    port: Number(values.port),
    from: values.from.trim(),
    username: username.trim() === "" ? null : username.trim(),
    ...(password === "" ? {} : { password }),
  };
}

function isPort(value: number | string): boolean {
  const port = Number(value);
  return value !== "" && Number.isInteger(port) && port >= 1 && port <= PORT_MAX;
}
