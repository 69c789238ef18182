// The names of system agents.
/** The format of a system agent's name; in its own file, so that a dialog does not have to load the set-up for it. */
export const SYSTEM_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
