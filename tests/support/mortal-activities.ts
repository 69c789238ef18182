// Container activities whose process dies at chosen places: after an effect took place, before anybody is told of it.
import { ApplicationFailure, Context } from "@temporalio/activity";
import {
  createAgentContainerActivities,
  type AgentContainerActivities,
  type AgentContainerDeps,
} from "../../activities/agent-container.ts";
import { agentContainerWorkflowId } from "../../contracts/agent-container.ts";
import type { Tenant } from "../../contracts/tenant.ts";

const RETRY_MS = 20;

export interface MortalActivities {
  readonly activities: AgentContainerActivities;
  /** Where the process died since `doom`, e.g. `1: start`, the last one being `n: report`. */
  readonly deaths: string[];
  /** What `atDeath` threw: the activity would only be tried again for it. */
  readonly problems: unknown[];
  /**
   * From now on attempt n of this activity dies after its nth effect. The attempt that lives through all its effects dies
   * before its report; the one after that is let live.
   */
  doom(doomed: Doomed): void;
}

export interface Doomed {
  readonly activity: keyof AgentContainerActivities;
  /** The others' processes live. */
  readonly tenant: Tenant;
  /** Awaited before each death. */
  readonly atDeath: (place: string) => Promise<void>;
}

/** What an activity does to the world goes through `db`, `runtime` and `probe`: each call of theirs counts as one effect. */
export function createMortalActivities(deps: AgentContainerDeps): MortalActivities {
  let doomed: Doomed | null = null;
  let effects = { attempt: 0, count: 0 };
  const deaths: string[] = [];
  const problems: unknown[] = [];

  function isDoomed(): boolean {
    const { activityType, workflowExecution } = Context.current().info;
    return activityType === doomed?.activity && workflowExecution?.workflowId === agentContainerWorkflowId(doomed.tenant);
  }

  async function die(place: string): Promise<never> {
    deaths.push(`${Context.current().info.attempt}: ${place}`);
    await doomed?.atDeath(place).catch((error: unknown) => problems.push(error));
    throw ApplicationFailure.create({ message: "The process died.", type: "DIED", nextRetryDelay: RETRY_MS });
  }

  async function afterEffect(name: string): Promise<void> {
    const { attempt } = Context.current().info;
    if (!isDoomed()) return;
    effects = { attempt, count: effects.attempt === attempt ? effects.count + 1 : 1 };
    if (effects.count === attempt) await die(name);
  }

  async function beforeReport(): Promise<void> {
    if (!isDoomed()) return;
    await die("report").finally(() => (doomed = null));
  }

  const { db, runtime, probe } = deps;
  const watched = { db: counted(db, afterEffect), runtime: counted(runtime, afterEffect), probe: counted(probe, afterEffect) };
  const living = createAgentContainerActivities({ ...deps, ...watched });
  return {
    deaths,
    problems,
    activities: reporting(living, beforeReport),
    doom(next) {
      deaths.length = 0;
      problems.length = 0;
      effects = { attempt: 0, count: 0 };
      doomed = next;
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
