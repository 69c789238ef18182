// The mail server of the installation, for administrators.
import type { z } from "zod";
import type { smtpSettingsSchema, smtpViewSchema } from "../../../../contracts/people/invites.ts";
import type { ApiClient } from "../../api/client.ts";

export type MailServer = NonNullable<z.infer<typeof smtpViewSchema>["smtp"]>;
export type MailServerInput = z.input<typeof smtpSettingsSchema>;
type View = z.infer<typeof smtpViewSchema>;

const PATH = "/api/system-config/smtp";

/** The server is connected to before anything is kept. */
export const setMailServer = (api: ApiClient, body: MailServerInput) => api.call<View>("PUT", PATH, { body });
export const deleteMailServer = (api: ApiClient) => api.call<undefined>("DELETE", PATH);
export const sendTestMail = (api: ApiClient, to: string) => api.call<undefined>("POST", `${PATH}/test`, { body: { to } });
