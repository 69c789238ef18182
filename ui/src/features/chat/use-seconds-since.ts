// How long something lasts already, in whole seconds; counts on by itself.
import { useEffect, useState } from "react";

const SECOND_MS = 1_000;

export function useSecondsSince(at: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - at) / SECOND_MS));
}
