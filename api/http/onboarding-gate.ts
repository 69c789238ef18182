// Which routes answer before the installation is set up, and which only then.
import { FleetError } from "../../contracts/core/errors.ts";
import type { OnboardingRule } from "./define-route.ts";

export interface OnboardingGate {
  /** @throws FleetError ONBOARDING_REQUIRED or ONBOARDING_DONE */
  check(rule: OnboardingRule): Promise<void>;
  isCompleted(): Promise<boolean>;
}

/** `read` asks the database; once done it stays done, so that the answer is kept from then on. */
export function createOnboardingGate(read: () => Promise<boolean>): OnboardingGate {
  let completed = false;
  async function isCompleted(): Promise<boolean> {
    completed ||= await read();
    return completed;
  }
  return {
    isCompleted,
    async check(rule) {
      if (rule === "always") return;
      const done = await isCompleted();
      if (rule === "before" && done) throw new FleetError("ONBOARDING_DONE", "The installation is already set up.");
      if (rule === "after" && !done) {
        throw new FleetError("ONBOARDING_REQUIRED", "The installation is not set up yet. Finish the onboarding first.");
      }
    },
  };
}
