// Tells the other tabs of this browser that the session is over, and whether its person wanted that.

const CHANNEL = "mosaic-session";

/** `expired`: the user may return and continue. `signed-out`: none of their data may stay in this browser. */
export type SessionEnd = "expired" | "signed-out";

export function tellOtherTabs(end: SessionEnd): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(end);
  channel.close();
}

export function listenForSessionEnd(onEnded: (end: SessionEnd) => void): void {
  // A tab that has not been reloaded since an update may say something else.
  new BroadcastChannel(CHANNEL).addEventListener("message", ({ data }) => onEnded(data === "signed-out" ? data : "expired"));
}
