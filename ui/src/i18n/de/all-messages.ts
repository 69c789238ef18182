// All German texts, those included that are not part of the first load.
import * as agentTexts from "../../features/agents/texts-de.ts";
import * as auditTexts from "../../features/audit/texts-de.ts";
import type { AllMessages } from "../en/all-messages.ts";
import type { Shape } from "../shape.ts";
import { messages } from "./messages.ts";

export const allMessages: Shape<AllMessages> = { ...messages, ...agentTexts, ...auditTexts };
