// Headers that callers of the api set by hand, for the api and, without a validator, for the web interface.

/** With every state-changing call of a session: the token that `GET /api/session` gives. */
export const CSRF_HEADER = "x-mosaic-csrf";
/** With the first call to a fresh installation: the token that its first start has printed. */
export const SETUP_TOKEN_HEADER = "x-mosaic-setup-token";
