// How `mosaic` ends. The numbers beyond 2 are those of sysexits.h, so that scripts and service managers know them.

export const EXIT = {
  ok: 0,
  /** It was tried and did not work. */
  failed: 1,
  /** The command line or a value in it is wrong. */
  usage: 2,
  /** Something is unavailable now: trying later may help. */
  unavailable: 69,
  /** A lease was lost during the run, whose result is therefore invalid: run it again. */
  leaseLost: 75,
  /** Not signed in, or not allowed. */
  notAllowed: 77,
  /** A setting is missing or wrong: trying again will not help. */
  configuration: 78,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `Exit codes: 0 done, 1 failed, 2 wrong usage, 69 not reachable now, 75 lease lost, 77 not allowed, 78 wrong or missing settings.`;
