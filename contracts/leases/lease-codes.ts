// Codes that the broker notes, for it and, without a validator, for the web interface.

/** The code of the event when a lease with quarantine on expiry expires. */
export const LEASE_EXPIRED_QUARANTINE_CODE = "CONTROLLER_LEASE_EXPIRED";
