// Tells the other tabs of this browser that the session is over.

const CHANNEL = "mosaic-session";

export function tellOtherTabs(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("ended");
  channel.close();
}

export function listenForSignOut(onEnded: () => void): void {
  new BroadcastChannel(CHANNEL).addEventListener("message", onEnded);
}
