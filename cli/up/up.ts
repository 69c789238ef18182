// `mosaic up`: brings the whole stack up on this machine.
import type { Command } from "commander";
import { z } from "zod";
import type { CliIo } from "../terminal/io.ts";

const HELP = `
It finds or starts Docker, PostgreSQL (embedded, unless DATABASE_URL is set) and Temporal (local, unless TEMPORAL_ADDRESS is
set), migrates the database, builds the agent image if it is missing, and starts api and worker. Ctrl-C stops what it started,
except the Docker Engine; containers and data stay.

Settings come from the environment: MOSAIC_PORT (4000), MOSAIC_INTERNAL_PORT (4001), MOSAIC_DATA_DIR,
MOSAIC_SECRET_KEY, MOSAIC_SETUP_TOKEN; .env.example lists all of them.

Examples:
  mosaic up --demo
  MOSAIC_PORT=5000 MOSAIC_INTERNAL_PORT=5001 MOSAIC_DATA_DIR=$HOME/second mosaic up`;

const optionsSchema = z.object({ demo: z.boolean().default(false), install: z.boolean().default(true) });

export function addUpCommand(program: Command, _io: CliIo): void {
  program
    .command("up")
    .description("start everything on this machine")
    .option("--demo", "with a demonstration model and a user `demo`, so that no model key is needed")
    .option("--no-install", "do not install missing system packages (Docker Engine)")
    .addHelpText("after", HELP)
    .action(async (given: unknown) => {
      // Loaded here alone: the other commands need none of it, and start quickly without.
      const { runUp } = await import("./main.ts");
      await runUp(optionsSchema.parse(given));
    });
}
