// `mosaic qa keys`: the broker's own keys, for administrators: named, for a role and some kinds, revocable.
import { InvalidArgumentError, type Command } from "commander";
import { z } from "zod";
import { BROKER_ROLES } from "../../contracts/credential-lease.ts";
import { brokerKeyCreatedSchema, brokerKeyListSchema, type BrokerKeyView } from "../../contracts/credential-pools.ts";
import { role } from "../qa/qa-command.ts";
import type { CliIo } from "../terminal/io.ts";
import { printable, table } from "../terminal/printing.ts";
import { asAdmin, asAdministrator } from "./as-administrator.ts";
import { contextOf, print } from "./command-context.ts";

const PATH = "/api/admin/credential-keys";
const DAY_MS = 86_400_000;

const HELP = `
A key is used like the secrets of the environment: put it into OPENCLAW_QA_CONVEX_SECRET_CI or _SECRET_MAINTAINER of whoever
leases. The broker's events then name the key, and it is void at once when it is revoked.
They sign in as an administrator (--as), whose password is asked for or taken from MOSAIC_ADMIN_PASSWORD, and out again.

Examples:
  mosaic qa keys add nightly --role ci --kind telegram --days 90 --as root
  mosaic qa keys list --as root
  mosaic qa keys revoke mbk_… --as root`;

const addSchema = z.object({
  as: z.string(),
  role: z.enum(BROKER_ROLES),
  kind: z.array(z.string()).optional(),
  days: z.number().optional(),
});
const adminSchema = z.object({ as: z.string() });

export function addQaKeyCommands(qa: Command, io: CliIo): void {
  const keys = qa.command("keys").description("the broker's own keys (administrators)").addHelpText("after", HELP);
  addAdd(keys, io);
  asAdmin(keys.command("list").description("list all keys, revoked ones too")).action(
    async (given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as } = adminSchema.parse(given);
      const found = await asAdministrator(context, as, (api) => api.call({ method: "GET", path: PATH }, brokerKeyListSchema));
      print(context, found, () =>
        table([["KEY", "NAME", "ROLE", "KINDS", "LAST USED", "ENDS", "REVOKED"], ...found.keys.map(row)]),
      );
    },
  );
  asAdmin(keys.command("revoke").description("revoke a key; leases that it took run on"))
    .argument("<key-id>", "as `list` shows it: mbk_…")
    .action(async (keyId: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as } = adminSchema.parse(given);
      const path = `${PATH}/${encodeURIComponent(keyId)}`;
      await asAdministrator(context, as, (api) => api.call({ method: "DELETE", path }, z.undefined()));
      print(context, { keyId, revoked: true }, () => `Revoked ${printable(keyId)}.\n`);
    });
}

function addAdd(keys: Command, io: CliIo): void {
  asAdmin(keys.command("add").description("make a key; it is shown this once"))
    .argument("<name>", "what it is for, for people")
    .requiredOption("--role <role>", "ci (leases) or maintainer (the pool as well)", role)
    .option("--kind <kind...>", "only these kinds (default: all)")
    .option("--days <days>", "how long it is valid (default: until it is revoked)", days)
    .action(async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const options = addSchema.parse(given);
      const expiresAt = options.days === undefined ? null : new Date(Date.now() + options.days * DAY_MS).toISOString();
      const body = { name, role: options.role, kinds: options.kind ?? null, expiresAt };
      const created = await asAdministrator(context, options.as, (api) =>
        api.call({ method: "POST", path: PATH, body }, brokerKeyCreatedSchema),
      );
      // The key alone on standard output: it can go straight into a secret store.
      if (!context.json) io.stderr.write(`Made ${created.keyId} (${created.role}). It is shown this once:\n`);
      print(context, created, () => `${created.key}\n`);
    });
}

function days(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Give a whole number of days above 0.");
}

function row({ keyId, name, role: keyRole, kinds, lastUsedAt, expiresAt, revokedAt }: BrokerKeyView): string[] {
  return [keyId, name, keyRole, kinds?.join(", ") ?? "all", lastUsedAt ?? "never", expiresAt ?? "", revokedAt ?? ""];
}
