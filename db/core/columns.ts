// Column builders that several entities share.
import { p } from "@mikro-orm/core";

/** timestamptz with microseconds. */
export const timestamp = () => p.datetime(6);
/** Set by the database's clock. */
export const createdAt = () => p.datetime(6).defaultRaw("mosaic.now()");
