// The commands that talk to an installation, in the order that the help lists them.
import type { Command } from "commander";
import type { CliIo } from "./terminal/io.ts";
import { addAdminCommands } from "./people/admin.ts";
import { addAgentsCommands } from "./agents/agents.ts";
import { addChatCommand } from "./turns/chat.ts";
import { addDoctorCommand } from "./host/doctor.ts";
import { addKeysCommands } from "./keys/keys.ts";
import { addLoginCommands } from "./sign-in/login.ts";
import { addOnboardCommand } from "./installation/onboard.ts";
import { addProvidersCommands } from "./providers/providers.ts";
import { addQaCommands } from "./leases/qa.ts";
import { addRegisteredAgentsCommands } from "./registered-agents/registered-agents.ts";
import { addStatusCommand } from "./containers/status.ts";
import { addUsersCommands } from "./people/users.ts";

export function addCommands(program: Command, io: CliIo): void {
  const forPeople = [
    addChatCommand,
    addStatusCommand,
    addLoginCommands,
    addProvidersCommands,
    addKeysCommands,
    addAgentsCommands,
  ];
  const forAdministrators = [addUsersCommands, addRegisteredAgentsCommands];
  const forOperators = [addOnboardCommand, addAdminCommands, addDoctorCommand, addQaCommands];
  for (const add of [...forPeople, ...forAdministrators, ...forOperators]) add(program, io);
}
