// Every measurement, in the order of the document.
import { chatLoaded } from "./chat-loaded.ts";
import { chatWarm } from "./chat-warm.ts";
import { credentialCalls } from "./credential-calls.ts";
import { credentialExpiry } from "./credential-expiry.ts";
import { ensureRunning } from "./ensure-running.ts";
import { fleetMemory } from "./fleet-memory.ts";
import { lists } from "./lists.ts";
import { sessionEvents } from "./session-events.ts";
import { startTwenty } from "./start-twenty.ts";
import type { Bench } from "./support/bench.ts";
import { tokenLookUp } from "./token-look-up.ts";
import { updateWithStart } from "./update-with-start.ts";

export const BENCHES: readonly Bench[] = [
  chatWarm,
  chatLoaded,
  ensureRunning,
  startTwenty,
  tokenLookUp,
  lists,
  updateWithStart,
  sessionEvents,
  credentialCalls,
  credentialExpiry,
  fleetMemory,
];
