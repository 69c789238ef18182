// `mosaic qa credentials`: the pool of credentials that CI leases; a client of any broker that speaks the contract.
import type { Command } from "commander";
import type { CliIo } from "../terminal/io.ts";
import { addQaDoctorCommand } from "./qa-doctor.ts";
import { addQaExecCommand } from "./qa-exec.ts";
import { addQaKeyCommands } from "./qa-keys.ts";
import { addQaLeaseCommands } from "./qa-lease.ts";
import { addQaPoolCommands } from "./qa-pool.ts";

const HELP = `
The broker leases credentials of external services (a Telegram group with two bots, a phone number …) to one test run at a time.

Settings:
  OPENCLAW_QA_CONVEX_SITE_URL              the broker's address: https, or http on loopback with OPENCLAW_QA_ALLOW_INSECURE_HTTP=1
  OPENCLAW_QA_CONVEX_SECRET_MAINTAINER     for add, list, remove, doctor; or a broker key of role maintainer
  OPENCLAW_QA_CONVEX_SECRET_CI             for leases in CI; or a broker key of role ci
  OPENCLAW_QA_CREDENTIAL_ROLE              ci or maintainer, for leases (default: ci if CI is set, else maintainer)
  OPENCLAW_QA_CREDENTIAL_OWNER_ID          the holder's name, shown to people
  OPENCLAW_QA_CREDENTIAL_LEASE_TTL_MS, _HEARTBEAT_INTERVAL_MS, _ACQUIRE_TIMEOUT_MS, _HTTP_TIMEOUT_MS
Secrets are never taken from the command line, where other users of the machine could read them.

Begin with:
  mosaic qa credentials doctor
  mosaic qa credentials add --kind telegram --payload-file telegram.json --note "group 1"
  mosaic qa credentials exec --kind telegram -- npm run test:telegram`;

export function addQaCommands(program: Command, io: CliIo): void {
  const qa = program.command("qa").description("lease shared test credentials");
  addQaKeyCommands(qa, io);
  const credentials = qa
    .command("credentials")
    .description("the pool: add, list, remove, lease, run a command with a lease")
    .addHelpText("after", HELP);
  addQaPoolCommands(credentials, io);
  addQaLeaseCommands(credentials, io);
  addQaExecCommand(credentials, io);
  addQaDoctorCommand(credentials, io);
}
