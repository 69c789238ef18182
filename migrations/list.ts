// All migrations, oldest first. The names are what the database remembers; never rename one.
import { CreateFoundation } from "./20261121090000_create_foundation.ts";
import { AddAdministration } from "./20261121170000_add_administration.ts";

export const MIGRATIONS = [
  { name: "20261121090000_create_foundation", class: CreateFoundation },
  { name: "20261121170000_add_administration", class: AddAdministration },
];
