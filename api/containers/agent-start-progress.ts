// Tells how far a starting agent has come: listens for changes of its row and reads it.
import type { ContainerPhase } from "../../contracts/containers/agent-container.ts";
import { describeReason } from "../../contracts/containers/reason-words.ts";
import { CONTAINER_CHANGED_CHANNEL } from "../../contracts/core/channels.ts";
import type { ChatProgress } from "../../contracts/turns/chat.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";
import { findContainer } from "../../db/containers/containers.ts";

const MESSAGES: Readonly<Record<ContainerPhase, string>> = {
  never_started: "Your agent is being prepared.",
  creating: "Your agent's container is being created.",
  booting: "Your agent is starting.",
  ready: "Your agent is ready.",
  restarting: "Your agent is restarting.",
  backing_off: "Your agent did not start; trying again shortly.",
  stopping: "Your agent was going to sleep and is being woken again.",
  asleep: "Your agent is being woken.",
  failed: "Your agent could not be started; trying again.",
};

/** Reports at once, then after every change, each state once and in order. Resolves to the function that ends it. */
export async function watchStart(
  db: Database,
  tenant: Tenant,
  onProgress: ((progress: ChatProgress) => void) | undefined,
): Promise<() => Promise<void>> {
  if (onProgress === undefined) return async () => {};
  const startedAt = Date.now();
  let reported = "";
  let watching = true;
  let reading: Promise<void> = Promise.resolve();
  let fault: { readonly error: unknown } | null = null;

  async function report(): Promise<void> {
    if (!watching || onProgress === undefined) return;
    const row = await db.asTenant(tenant, (tx) => findContainer(tx));
    const phase: ContainerPhase = row?.phase ?? "never_started";
    const reason = phase === "backing_off" ? (row?.reason ?? null) : null;
    const message = reason === null ? MESSAGES[phase] : `${MESSAGES[phase]} ${describeReason(reason)}`;
    if (!watching || reported === phase + message) return;
    reported = phase + message;
    onProgress({ phase, message, elapsedMs: Date.now() - startedAt });
  }

  const reportNext = () => {
    reading = reading.then(report).catch((error: unknown) => {
      // Progress is a courtesy: while Postgres is unavailable there is none, and the start goes on.
      if (!(error instanceof FleetError) || error.code !== "DATABASE_UNAVAILABLE") fault ??= { error };
    });
  };
  const stopListening = await db.listen(CONTAINER_CHANGED_CHANNEL, (payload) => {
    if (payload === tenant || payload === "") reportNext();
  });
  reportNext();
  return async () => {
    watching = false;
    await reading;
    await stopListening();
    if (fault !== null) throw fault.error;
  };
}
