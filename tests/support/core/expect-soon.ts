// For what follows by itself, but not at the same moment as what was seen: an address, a focus, what is kept.
import { waitFor } from "./wait-for.ts";

const PATIENCE_MS = 60_000;

/** @throws with the last difference when it does not become so */
export async function expectSoon<T>(read: () => Promise<T> | T, wanted: T): Promise<void> {
  await waitFor(
    async () => {
      expect(await read()).toEqual(wanted);
      return true;
    },
    { timeoutMs: PATIENCE_MS, what: "it is as expected" },
  );
}
