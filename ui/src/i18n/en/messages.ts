// All English texts. Every other language has the same form (see ../shape.ts).
import * as administrationTexts from "./administration.ts";
import * as agentTexts from "./agent.ts";
import * as credentialTexts from "./credentials.ts";
import * as fleetTexts from "./fleet.ts";
import * as providerTexts from "./providers.ts";
import * as settingsTexts from "./settings.ts";
import * as shellTexts from "./shell.ts";
import * as shortcutTexts from "./shortcuts.ts";
import * as signInMethodTexts from "./sign-in-method.ts";
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
};
export type Messages = typeof messages;
