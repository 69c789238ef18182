// What stands as the reason where an owner asks something of their own agent, and is asked for none.

export const OWNER_REASONS = { asked: "Its owner asked for it.", deleted: "Its owner deleted it." } as const;

const STANDARD: ReadonlySet<string> = new Set(Object.values(OWNER_REASONS));

/** Whether somebody has written it, so that it is worth repeating: who asked says the rest. */
export function isWrittenReason(reason: string): boolean {
  return reason !== "" && !STANDARD.has(reason);
}
