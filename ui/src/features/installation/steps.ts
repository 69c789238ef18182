// The steps of the set-up, in their order, and which of them is the next one.

export const STEPS = ["admin", "signIn", "provider", "agents", "finish"] as const;
export type Step = (typeof STEPS)[number];

export interface Progress {
  readonly adminCreated: boolean;
  readonly isSignedIn: boolean;
  /** The request in the address. */
  readonly wanted: string | undefined;
}

/** Without an administrator, or without their session, everything begins there. */
export function currentStep({ adminCreated, isSignedIn, wanted }: Progress): Step {
  if (!adminCreated || !isSignedIn) return "admin";
  const known = STEPS.find((step) => step === wanted);
  return known === undefined || known === "admin" ? "signIn" : known;
}

export function nextStep(step: Step): Step {
  return STEPS[STEPS.indexOf(step) + 1] ?? "finish";
}
