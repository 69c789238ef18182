// Changes of the configuration while a container runs: gathered, and compared with what it has.
import { condition, isCancellation, log, patched } from "@temporalio/workflow";
import type { ConfigEffect } from "../../activities/containers/agent-container.ts";
import { configEffect } from "./agent-container-activities.ts";
import { failureOf } from "./agent-container-failure.ts";
import { CHECKED_MESSAGES } from "./agent-container-intents.ts";
import { isInterrupted, type ContainerState } from "./agent-container-state.ts";

/** Changes are gathered until none came for this long … */
const CONFIG_QUIET_MS = 2_000;
/** … but no longer than this. */
const CONFIG_GATHER_MAX_MS = 15_000;

/** Gathers a burst of changes. True when the container has to restart once; false when nothing changes, or something else ends it. */
export async function appliesConfig(state: ContainerState): Promise<boolean> {
  const gatherUntilMs = Date.now() + CONFIG_GATHER_MAX_MS;
  for (let seen = -1; seen !== state.configMessages && Date.now() < gatherUntilMs;) {
    seen = state.configMessages;
    const pauseMs = Math.min(CONFIG_QUIET_MS, gatherUntilMs - Date.now());
    await condition(() => state.configMessages !== seen || isInterrupted(state), pauseMs);
    if (isInterrupted(state)) return false;
  }
  const asked = state.desiredRevision;
  const effect = await effectOfConfig(state);
  const isChecked = patched(CHECKED_MESSAGES);
  // The database knows the newest: a message that claims a later one must not hide the changes to come.
  if (isChecked && state.desiredRevision === asked) state.desiredRevision = effect.revision;
  if (!isChecked) state.desiredRevision = Math.max(state.desiredRevision, effect.revision);
  if (effect.changed) return true;
  const configRevision = isChecked ? effect.revision : state.desiredRevision;
  if (state.started !== null) state.started = { ...state.started, configRevision };
  return false;
}

/** A configuration that cannot be read is no reason to end what runs; the next start says what is wrong with it. */
async function effectOfConfig(state: ContainerState): Promise<ConfigEffect> {
  const summary = `does revision ${state.desiredRevision} change anything?`;
  try {
    return await configEffect.executeWithOptions({ summary }, [{ tenant: state.input.tenant }]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn("the configuration could not be read", { reason: failureOf(error).reason });
    return { revision: state.desiredRevision, changed: false };
  }
}
