// How long something lasts already, and how long until something: in whole seconds that count on by themselves.
import { useEffect, useState } from "react";

const SECOND_MS = 1_000;

export function useSecondsSince(at: number): number {
  return Math.max(0, Math.floor((useNow(Number.POSITIVE_INFINITY) - at) / SECOND_MS));
}

/** 0 from then on. */
export function useSecondsUntil(at: number): number {
  return Math.max(0, Math.ceil((at - useNow(at)) / SECOND_MS));
}

/** In ms since 1970, as long as it matters. */
function useNow(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  const isOver = now >= until;
  useEffect(() => {
    if (isOver) return undefined;
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [isOver]);
  return now;
}
