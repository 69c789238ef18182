// The engine's event stream as the runtime contract's events.
import { ENGINE_LABELS } from "../../contracts/containers/agent-container.ts";
import type { EngineEvent } from "../../contracts/containers/container-runtime.ts";
import { createLineSplitter } from "../../contracts/core/event-stream.ts";
import { tenantSchema, type Tenant } from "../../contracts/core/tenant.ts";
import { z } from "zod";

/** What the stream is filtered to. `oom` has no kind of its own: it colours the `die` that follows. */
export const WATCHED_ACTIONS = ["start", "die", "oom", "destroy", "health_status"] as const;

/** An event carries the labels of its container: some kilobytes. */
const EVENT_MAX_CHARS = 1024 * 1024;

const rawEventSchema = z.looseObject({
  Action: z.string(),
  Actor: z.looseObject({ ID: z.string(), Attributes: z.record(z.string(), z.string()).default({}) }),
});

export type EventTranslator = (line: string) => EngineEvent | null;

/** One translator per stream: it remembers which containers ran out of memory until they die. */
export function createEventTranslator(): EventTranslator {
  const outOfMemory = new Set<string>();
  return (line) => {
    const parsed = rawEventSchema.safeParse(parseJson(line));
    if (!parsed.success) return null;
    const { Action: action, Actor: actor } = parsed.data;
    const event = (kind: EngineEvent["kind"], exitCode: number | null = null): EngineEvent => ({
      kind,
      engineContainerId: actor.ID,
      tenant: tenantLabel(actor.Attributes),
      exitCode,
    });
    switch (action) {
      case "start":
        return event("started");
      case "oom":
        outOfMemory.add(actor.ID);
        return null;
      case "die":
        return event(outOfMemory.delete(actor.ID) ? "out_of_memory" : "exited", exitCodeOf(actor.Attributes));
      case "destroy":
        outOfMemory.delete(actor.ID);
        return event("removed");
      case "health_status: unhealthy":
        return event("unhealthy");
      default:
        return null;
    }
  };
}

/** Cuts a byte stream into lines; the engine writes one JSON document per line. @throws RangeError for an endless line. */
export async function* linesOf(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const splitter = createLineSplitter(EVENT_MAX_CHARS);
  for await (const chunk of stream) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    for (const line of splitter.push(text)) if (line.trim() !== "") yield line;
  }
}

export function tenantLabel(labels: Readonly<Record<string, string>>): Tenant | null {
  return tenantSchema
    .nullable()
    .catch(null)
    .parse(labels[ENGINE_LABELS.tenant] ?? null);
}

function exitCodeOf(attributes: Readonly<Record<string, string>>): number | null {
  const code = Number(attributes["exitCode"]);
  return attributes["exitCode"] !== undefined && Number.isInteger(code) ? code : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
