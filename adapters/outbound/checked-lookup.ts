// Names to addresses, with a look at each of them before anything is connected to.
import { isIP, type LookupFunction } from "node:net";

/**
 * For `lookup` of a socket: it connects to what was checked, and asks for the name once. Fails with what `check` throws, when
 * it refuses any of the answers: a name with a public and a forbidden address is a trick. Literal addresses never come here.
 */
export function checkedLookup(resolve: LookupFunction, check: (address: string) => void): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname, { ...lookupOptions, all: true }, (error, answers) => {
      const addresses = typeof answers === "string" ? [{ address: answers, family: isIP(answers) }] : answers;
      const first = addresses?.[0];
      if (error !== null || first === undefined) return callback(error ?? noAddress(), "", 0);
      try {
        for (const { address } of addresses) check(address);
      } catch (refused) {
        return callback(refused instanceof Error ? refused : new Error("refused"), "", 0);
      }
      if (lookupOptions.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function noAddress(): NodeJS.ErrnoException {
  return Object.assign(new Error("The name has no address."), { code: "ENODATA" });
}

/** A resolver that nobody answers takes much longer by itself. */
const LOOKUP_TIMEOUT_MS = 3_000;

/** Empty when the name is not known here, or not in time. */
export async function addressesOf(host: string, resolve: LookupFunction): Promise<readonly string[]> {
  return await new Promise((done) => {
    const late = setTimeout(() => done([]), LOOKUP_TIMEOUT_MS);
    resolve(host, { all: true }, (error, answers) => {
      clearTimeout(late);
      if (error !== null) done([]);
      else done(typeof answers === "string" ? [answers] : answers.map(({ address }) => address));
    });
  });
}
