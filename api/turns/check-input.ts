// Refuses what an agent or its model cannot take, before anything is started for it.
import { FleetError, type FieldProblem } from "../../contracts/core/errors.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import { beyondModel, needsOf, unsupportedInput, type ChatInput } from "../../domain/turns/chat-input.ts";
import { modelAccepts } from "../../domain/providers/model-capabilities.ts";
import { loadModelChoice } from "../providers/model-choice.ts";
import type { ChatDeps } from "./chat-deps.ts";

/** Plain text costs no question to Postgres. @throws FleetError INPUT_UNSUPPORTED */
export async function checkChatInput(
  deps: Pick<ChatDeps, "db" | "refusalOf">,
  tenant: Tenant,
  input: ChatInput,
): Promise<void> {
  const problem = unsupportedInput(input);
  if (problem !== null) throw unsupported(problem);
  const needs = needsOf(input);
  if (!needs.images && !needs.tools) return;
  const { model } = await deps.db.asTenant(tenant, (tx) => loadModelChoice(tx, deps.refusalOf));
  if (model === null) return;
  const abilities = { images: modelAccepts(model, "images"), tools: modelAccepts(model, "tools") };
  const beyond = beyondModel(needs, model.name, abilities);
  if (beyond !== null) throw unsupported(beyond);
}

function unsupported(problem: FieldProblem): FleetError {
  return new FleetError("INPUT_UNSUPPORTED", "Your agent does not support this input.", { validations: [problem] });
}
