// Turns that their own user may stop: whichever process runs the turn, Postgres tells it.
import { TURN_STOPPED_CHANNEL } from "../../contracts/turns/chat.ts";
import type { Tenant } from "../../contracts/core/tenant.ts";
import type { Database } from "../../db/core/database.ts";

export interface TurnStops {
  /** `stopped` aborts when the user stops this turn. Call `release` once at the end. */
  watch(tenant: Tenant, turnId: string | undefined): { readonly stopped: AbortSignal; release(): void };
  close(): Promise<void>;
}

/** Resolves when it listens, or when it will as soon as the database is back. */
export async function createTurnStops(db: Pick<Database, "listen">): Promise<TurnStops> {
  const open = new Map<string, AbortController>();
  const close = await db.listen(TURN_STOPPED_CHANNEL, (key) => open.get(key)?.abort());
  return {
    watch(tenant, turnId) {
      const controller = new AbortController();
      if (turnId === undefined) return { stopped: controller.signal, release: () => {} };
      // The tenant is part of the key: nobody stops what is not theirs by knowing its id.
      const key = `${tenant} ${turnId}`;
      open.set(key, controller);
      return { stopped: controller.signal, release: () => void (open.get(key) === controller && open.delete(key)) };
    },
    close,
  };
}
