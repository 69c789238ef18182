// All migrations, oldest first. The names are what the database remembers; never rename one.
import { CreateFoundation } from "./20261121090000_create_foundation.ts";
import { ShowSendersTheirOutbox } from "./20261121160000_show_senders_their_outbox.ts";

export const MIGRATIONS = [
  { name: "20261121090000_create_foundation", class: CreateFoundation },
  { name: "20261121160000_show_senders_their_outbox", class: ShowSendersTheirOutbox },
];
