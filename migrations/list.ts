// All migrations, oldest first. The names are what the database remembers; never rename one.
import { CreateFoundation } from "./20261121090000_create_foundation.ts";

export const MIGRATIONS = [{ name: "20261121090000_create_foundation", class: CreateFoundation }];
