// The store of this tab's conversations, for the person who is signed in.
import { useSyncExternalStore } from "react";
import { useApi } from "../../api/api-context.ts";
import type { ApiClient } from "../../api/client.ts";
import { useSession } from "../../shell/use-session.ts";
import { ChatStore } from "./chat-store.ts";
import type { Transcript } from "./transcript.ts";

/** One store for each client and person: turns go on while other pages are open. */
const stores = new WeakMap<ApiClient, ChatStore>();

export interface Chat {
  readonly store: ChatStore;
  readonly transcripts: readonly Transcript[];
}

export function useChat(): Chat {
  const store = storeFor(useApi(), useSession().user.id);
  return { store, transcripts: useSyncExternalStore(store.subscribe, store.transcripts) };
}

/** `owner` is empty between the end of a session and the next page: the same person may come back to running answers. */
function storeFor(api: ApiClient, owner: string): ChatStore {
  const known = stores.get(api);
  if (known !== undefined && (owner === "" || (known.owner === owner && !known.isClosed))) return known;
  known?.close();
  const store = new ChatStore(api, owner);
  stores.set(api, store);
  return store;
}
