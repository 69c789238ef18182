// Is this Node.js new enough?
import { fail, ok, type Check } from "./check.ts";

/** The first that is fit for OpenClaw and runs TypeScript as it stands. */
const NEEDED = [24, 16] as const;

export function nodeCheck(version: string): Check {
  return {
    name: "node",
    run: async () => {
      const [major = 0, minor = 0] = version.split(".").map(Number);
      const isFit = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
      return isFit
        ? ok(version)
        : fail(`${version} is too old`, `npm ci brings one of its own; or install ${NEEDED.join(".")} or newer.`);
    },
  };
}
