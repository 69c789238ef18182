// What operators read in Temporal's Web UI about a container: current details, summaries, search attributes.
import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import { setCurrentDetails, upsertSearchAttributes } from "@temporalio/workflow";
import type { ContainerPhase, SEARCH_ATTRIBUTES } from "../../contracts/containers/agent-container.ts";
import type { ContainerReason } from "../../contracts/containers/container-reasons.ts";
import { describeReason } from "../../contracts/containers/reason-words.ts";
import type { ContainerState } from "./agent-container-state.ts";

const { KEYWORD, INT } = SearchAttributeType;
const tenantKey = defineSearchAttributeKey("MosaicTenant" satisfies keyof typeof SEARCH_ATTRIBUTES, KEYWORD);
const phaseKey = defineSearchAttributeKey("MosaicPhase" satisfies keyof typeof SEARCH_ATTRIBUTES, KEYWORD);
const hostKey = defineSearchAttributeKey("MosaicHost" satisfies keyof typeof SEARCH_ATTRIBUTES, KEYWORD);
const imageKey = defineSearchAttributeKey("MosaicImage" satisfies keyof typeof SEARCH_ATTRIBUTES, KEYWORD);
const revisionKey = defineSearchAttributeKey("MosaicConfigRevision" satisfies keyof typeof SEARCH_ATTRIBUTES, INT);

const NEXT: Readonly<Record<ContainerPhase, string>> = {
  never_started: "The run ends.",
  creating: "Takes messages when the gateway is ready; gives up after five failures in a row.",
  booting: "Takes messages when the gateway is ready.",
  ready: "Sleeps after its idle time without activity; restarts when its configuration changes.",
  restarting: "A new container starts on the same volume.",
  backing_off: "The next start follows after a pause that doubles each time.",
  stopping: "The gateway finishes running turns; the volume stays.",
  asleep: "The run ends. The next chat starts another one.",
  failed: "The run ends. The next chat tries again.",
};

interface Shown {
  readonly reason: ContainerReason | null;
  readonly shown?: string;
}

/** Phases that end within a moment are not worth an event in the history. */
const UNSEARCHABLE: ReadonlySet<ContainerPhase> = new Set(["booting", "stopping"]);

/** Enters a phase and shows it. `shown`: in words that say more than the reason. */
export function enter(
  state: ContainerState,
  phase: ContainerPhase,
  { reason, shown = reason === null ? "" : describeReason(reason) }: Shown,
): void {
  const changed = state.phase !== phase || state.starts === 1;
  state.phase = phase;
  state.reason = reason;
  setCurrentDetails(details(state, shown));
  if (!changed || UNSEARCHABLE.has(phase)) return;
  const { started } = state;
  upsertSearchAttributes([
    { key: tenantKey, value: state.input.tenant },
    { key: phaseKey, value: phase },
    ...(started === null
      ? []
      : [
          { key: hostKey, value: started.host },
          { key: imageKey, value: started.image },
          { key: revisionKey, value: started.configRevision },
        ]),
  ]);
}

export function nameStart(state: ContainerState): string {
  return state.failures === 0 ? "start" : `start, attempt ${state.failures + 1}`;
}

function details(state: ContainerState, shown: string): string {
  const { started, input } = state;
  const facts =
    started === null
      ? []
      : [
          `- generation ${started.generation} on ${started.host}`,
          `- image \`${started.image}\``,
          `- configuration r${started.configRevision}`,
        ];
  return [
    `**${state.phase}**: ${shown}`,
    "",
    `- tenant \`${input.tenant}\`${input.alwaysOn ? ", always on" : ""}`,
    ...facts,
    "",
    `Next: ${NEXT[state.phase]}`,
  ].join("\n");
}
