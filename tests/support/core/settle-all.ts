// Runs the same for many, some at once, and keeps what comes of each: of one failure the others know nothing.

export async function settleAll<T, R>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<R>,
): Promise<ReadonlyMap<T, PromiseSettledResult<R>>> {
  const results = new Map<T, PromiseSettledResult<R>>();
  const waiting = items.values();
  async function runNext(): Promise<void> {
    for (const item of waiting) {
      const [result] = await Promise.allSettled([run(item)]);
      results.set(item, result);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, runNext));
  return results;
}
