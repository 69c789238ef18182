// `mosaic users`: who may use the installation. An administrator's business: keys cannot do it, so it signs in each time.
import { Option, type Command } from "commander";
import { z } from "zod";
import { SYSTEM_ROLES } from "../../contracts/core/principal.ts";
import type { Secret } from "../../contracts/core/secret.ts";
import { userViewSchema, type UserView } from "../../contracts/people/users.ts";
import type { ApiClient } from "../http/api-client.ts";
import type { CliIo } from "../terminal/io.ts";
import { localTime, table } from "../terminal/printing.ts";
import { askSecret } from "../terminal/questions.ts";
import { asAdmin, asAdministrator } from "./as-administrator.ts";
import { contextOf, print } from "../http/command-context.ts";

const PATH = "/api/users";
const PAGE_SIZE = 100;
const count = z.number().int();
const pageSchema = z.object({ users: z.array(userViewSchema), meta: z.looseObject({ page: count, totalPages: count }) });

const EXAMPLES = `
It signs in as an administrator (--as), and out again. That password is prompted for or taken from MOSAIC_ADMIN_PASSWORD;
the new user's is prompted for, read from standard input (--password-stdin), or taken from MOSAIC_NEW_PASSWORD.

Examples:
  mosaic users add ann --as root --email ann@example.org
  mosaic users list --as root`;

const addOptionsSchema = z.object({
  as: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  role: z.enum(SYSTEM_ROLES),
  passwordStdin: z.boolean().default(false),
});

export function addUsersCommands(program: Command, io: CliIo): void {
  const users = program.command("users").description("list and add users (administrators)").addHelpText("after", EXAMPLES);
  asAdmin(users.command("list").description("list all users")).action(async (given: unknown, command: Command) => {
    const context = contextOf(io, command);
    const { as } = z.object({ as: z.string() }).parse(given);
    const found = await asAdministrator(context, as, listAll);
    print(context, { users: found }, () =>
      table([["USER NAME", "NAME", "E-MAIL", "ROLE", "JOINED", "DEACTIVATED"], ...found.map(row)]),
    );
  });
  asAdmin(users.command("add").description("add a user with a local password"))
    .argument("<username>", "the user's user name")
    .option("--name <text>", "the full name")
    .option("--email <address>", "the e-mail address")
    .addOption(new Option("--role <role>", "the user's role").choices(SYSTEM_ROLES).default("member"))
    .option("--password-stdin", "read the new user's password from standard input")
    .action(async (username: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as, role, passwordStdin, ...person } = addOptionsSchema.parse(given);
      const password = await newPassword(io, username, passwordStdin);
      const body = { ...person, username, systemRole: role, password: password.reveal() };
      const created = await asAdministrator(context, as, (api) =>
        api.call({ method: "POST", path: PATH, body }, userViewSchema),
      );
      print(context, created, () => `Added ${username} (${role}).\n`);
    });
}

function newPassword(io: CliIo, username: string, fromStdin: boolean): Promise<Secret> {
  const label = `Password for ${username}`;
  return askSecret(io, {
    label,
    variable: "MOSAIC_NEW_PASSWORD",
    stdin: { option: "--password-stdin", isGiven: fromStdin },
    twice: true,
  });
}

async function listAll(api: ApiClient): Promise<UserView[]> {
  const found: UserView[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await api.call({ method: "GET", path: `${PATH}?page=${page}&limit=${PAGE_SIZE}` }, pageSchema);
    found.push(...answer.users);
    if (page >= answer.meta.totalPages) return found;
  }
}

/** Who signs in elsewhere has no user name. */
function row({ username, name, email, systemRole, createdAt, deactivatedAt }: UserView): string[] {
  const times = [localTime(createdAt), deactivatedAt === null ? "" : localTime(deactivatedAt)];
  return [username ?? "", name, email ?? "", systemRole, ...times];
}
