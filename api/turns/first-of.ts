// One signal for several. AbortSignal.any costs much more per request, and long-lived sources keep a reference to each result.

/** `signal` aborts with the first of `signals` and its reason. Call `release` once at the end. */
export function firstOf(signals: readonly AbortSignal[]): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) signal.addEventListener("abort", abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  return {
    signal: controller.signal,
    release: () => signals.forEach((signal) => signal.removeEventListener("abort", abort)),
  };
}
