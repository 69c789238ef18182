// Between the window of a test sign-in and the page from which it was begun; the way there leads over another site.
import { useEffect } from "react";
import type { OidcRejection } from "../../../../contracts/sign-in/oidc-facts.ts";

const CHANNEL = "mosaic-oidc-test";

export type OidcTestEnd = { readonly passed: true } | { readonly passed: false; readonly reason: OidcRejection | null };

export function tellTestEnd(end: OidcTestEnd): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(end);
  channel.close();
}

/** `onEnd` must not change from one drawing to the next. */
export function useTestEnd(onEnd: (end: OidcTestEnd) => void): void {
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    // Only pages of this origin can speak on it.
    channel.addEventListener("message", ({ data }: MessageEvent<OidcTestEnd>) => onEnd(data));
    return () => channel.close();
  }, [onEnd]);
}
