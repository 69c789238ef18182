// The English texts of the first load; further ones come with their pages (all-messages.ts). Every other language has the same form (see ../shape.ts).
import * as administrationTexts from "./administration.ts";
import * as agentTexts from "./agent.ts";
import * as credentialTexts from "../../features/leases/texts-en.ts";
import * as fleetTexts from "../../features/containers/texts-en.ts";
import * as outboundTexts from "../../features/installation/outbound-texts-en.ts";
import * as providerTexts from "../../features/providers/texts-en.ts";
import * as settingsTexts from "./settings.ts";
import * as shellTexts from "./shell.ts";
import * as shortcutTexts from "./shortcuts.ts";
import * as signInMethodTexts from "../../features/sign-in/texts-en.ts";
import * as startTexts from "./start.ts";

export const messages = {
  ...shellTexts,
  ...startTexts,
  ...agentTexts,
  ...providerTexts,
  ...settingsTexts,
  ...administrationTexts,
  ...fleetTexts,
  ...credentialTexts,
  ...shortcutTexts,
  ...signInMethodTexts,
  ...outboundTexts,
};
export type Messages = typeof messages;
