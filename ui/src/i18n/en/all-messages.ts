// All English texts, those included that are not part of the first load.
import * as agentTexts from "../../features/agents/texts-en.ts";
import * as auditTexts from "../../features/audit/texts-en.ts";
import { messages } from "./messages.ts";

export const allMessages = { ...messages, ...agentTexts, ...auditTexts };
export type AllMessages = typeof allMessages;
