// The limits of an agent's settings, for the api and, without a validator, for the forms of the web interface.

/** OpenClaw cuts a persona file at this length (its documentation). */
export const PERSONALITY_MAX_CHARS = 20_000;
export const IDLE_TIMEOUT_LIMITS_MIN = { min: 1, max: 7 * 24 * 60, default: 30 } as const;
/** Models that are asked when the first one fails. */
export const FALLBACKS_MAX = 10;
