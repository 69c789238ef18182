// For the MikroORM command line: `migration:check` and `migration:create` work offline, against the snapshot.
import { defineConfig } from "@mikro-orm/postgresql";
import { ormOptions } from "./core/orm.ts";

// oxlint-disable-next-line import/no-default-export -- The command line wants one.
export default defineConfig(ormOptions("mosaic"));
