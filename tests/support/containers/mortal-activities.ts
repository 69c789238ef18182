// Container activities whose process dies at chosen places: after an effect took place, before anybody is told of it.
import { ApplicationFailure, Context } from "@temporalio/activity";
import {
  createAgentContainerActivities,
  type AgentContainerActivities,
  type AgentContainerDeps,
} from "../../../activities/containers/agent-container.ts";
import { agentContainerWorkflowId, type ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import type { Tenant } from "../../../contracts/core/tenant.ts";

const RETRY_MS = 20;

export interface MortalActivities {
  readonly activities: AgentContainerActivities;
  /**
   * From now on attempt n of this activity dies after its nth effect. The attempt that lives through all its effects dies
   * before its report; the one after that is let live. Of each tenant one activity is doomed at a time.
   */
  doom(doomed: Doomed): Doom;
}

export interface Doom {
  /** Where the process died, e.g. `1: start`, the last one being `n: report`. */
  readonly deaths: readonly string[];
  /** What `atDeath` threw: the activity would only be tried again for it. */
  readonly problems: readonly unknown[];
  /** Whether the attempt after the last crash succeeded: until then the world may return to the state that the crash left. */
  hasLived(): boolean;
}

export interface Doomed {
  readonly activity: keyof AgentContainerActivities;
  /** The others' processes live. */
  readonly tenant: Tenant;
  /** Awaited before each death. */
  readonly atDeath: (place: string) => Promise<void>;
}

/** How an activity comes to run, and what is true when it has run, however often its process died. */
export interface DeathStory {
  readonly what: string;
  /** Before the deaths begin; by default the container is brought up. */
  readonly before?: (tenant: Tenant) => Promise<unknown>;
  readonly act: (tenant: Tenant) => Promise<unknown>;
  readonly atDeath?: (tenant: Tenant, place: string) => Promise<unknown>;
  readonly becomes: {
    readonly phase: ContainerPhase | null;
    readonly generation: number;
    readonly timeline: readonly string[];
  };
  /** Beside one container when it is ready, none otherwise. Default 1. */
  readonly volumes?: 0 | 1;
  /** Sets the clock forward, which all tenants share: no other story goes on meanwhile. */
  readonly isAlone?: boolean;
}

interface Fate extends Doomed {
  readonly deaths: string[];
  readonly problems: unknown[];
  effects: { readonly attempt: number; readonly count: number };
  state: "dies" | "is let live" | "has lived";
}

/** What an activity does to the world goes through `db`, `runtime` and `probe`: each call of theirs counts as one effect. */
export function createMortalActivities(deps: AgentContainerDeps): MortalActivities {
  const fates = new Map<string, Fate>();

  /** Of the attempt under way. */
  function fateOf(): Fate | undefined {
    const { activityType, workflowExecution } = Context.current().info;
    const fate = fates.get(workflowExecution?.workflowId ?? "");
    return fate?.activity === activityType ? fate : undefined;
  }

  async function die(fate: Fate, place: string): Promise<never> {
    fate.deaths.push(`${Context.current().info.attempt}: ${place}`);
    await fate.atDeath(place).catch((error: unknown) => fate.problems.push(error));
    throw ApplicationFailure.create({ message: "The process died.", type: "DIED", nextRetryDelay: RETRY_MS });
  }

  async function afterEffect(name: string): Promise<void> {
    const { attempt } = Context.current().info;
    const fate = fateOf();
    if (fate?.state !== "dies") return;
    fate.effects = { attempt, count: fate.effects.attempt === attempt ? fate.effects.count + 1 : 1 };
    if (fate.effects.count === attempt) await die(fate, name);
  }

  async function beforeReport(): Promise<void> {
    const fate = fateOf();
    if (fate?.state === "is let live") fate.state = "has lived";
    if (fate?.state === "dies") await die(fate, "report").finally(() => (fate.state = "is let live"));
  }

  const { db, runtime, probe } = deps;
  const watched = { db: counted(db, afterEffect), runtime: counted(runtime, afterEffect), probe: counted(probe, afterEffect) };
  const living = createAgentContainerActivities({ ...deps, ...watched });
  return {
    activities: reporting(living, beforeReport),
    doom(doomed) {
      const fate: Fate = { ...doomed, deaths: [], problems: [], effects: { attempt: 0, count: 0 }, state: "dies" };
      fates.set(agentContainerWorkflowId(doomed.tenant), fate);
      return { deaths: fate.deaths, problems: fate.problems, hasLived: () => fate.state === "has lived" };
    },
  };
}

/** The same object, but each call of its methods is followed by `after`. */
function counted<T extends object>(target: T, after: (name: string) => Promise<void>): T {
  return intercepted(target, async (name, call) => {
    const result = await call();
    await after(name);
    return result;
  });
}

function reporting(activities: AgentContainerActivities, before: () => Promise<void>): AgentContainerActivities {
  // A plain object, for the worker registers what it can enumerate.
  return { ...activities, ...Object.fromEntries(Object.keys(activities).map((name) => [name, whole(name)])) };

  function whole(name: string) {
    return async (...inputs: unknown[]): Promise<unknown> => {
      const result: unknown = await Reflect.apply(Reflect.get(activities, name), activities, inputs);
      await before();
      return result;
    };
  }
}

function intercepted<T extends object>(target: T, around: (name: string, call: () => Promise<unknown>) => Promise<unknown>): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== "function") return member;
      return (...inputs: unknown[]) => around(String(name), async () => Reflect.apply(member, object, inputs));
    },
  });
}
