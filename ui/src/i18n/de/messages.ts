// The German texts of the first load, in the form of the English ones.
import type { Messages } from "../en/messages.ts";
import type { Shape } from "../shape.ts";
import * as administrationTexts from "./administration.ts";
import * as agentTexts from "./agent.ts";
import * as credentialTexts from "../../features/leases/texts-de.ts";
import * as fleetTexts from "../../features/containers/texts-de.ts";
import * as outboundTexts from "../../features/installation/outbound-texts-de.ts";
import * as providerTexts from "../../features/providers/texts-de.ts";
import * as settingsTexts from "./settings.ts";
import * as shellTexts from "./shell.ts";
import * as shortcutTexts from "./shortcuts.ts";
import * as signInMethodTexts from "../../features/sign-in/texts-de.ts";
import * as startTexts from "./start.ts";

export const messages: Shape<Messages> = {
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
