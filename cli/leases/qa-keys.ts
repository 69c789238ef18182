// `mosaic qa keys`: the broker's own keys, for administrators: named, for a role and some kinds, revocable.
import type { Command } from "commander";
import { z } from "zod";
import { BROKER_ROLES } from "../../contracts/leases/credential-lease.ts";
import { brokerKeyCreatedSchema, brokerKeyListSchema, type BrokerKeyView } from "../../contracts/leases/credential-pools.ts";
import { role } from "./qa-command.ts";
import type { CliIo } from "../terminal/io.ts";
import { expiryOf, keyLifeSchema, withKeyLife } from "../terminal/key-life.ts";
import { localTime, printable, table } from "../terminal/printing.ts";
import { asAdmin, asAdministrator } from "../people/as-administrator.ts";
import { contextOf, print } from "../http/command-context.ts";

const PATH = "/api/admin/credential-keys";

const HELP = `
Use a key like the secrets in the environment: set OPENCLAW_QA_CONVEX_SECRET_CI or _SECRET_MAINTAINER to it on the runners. The
broker's events then name the key, and a revoked key stops working immediately.
These commands sign in as an administrator (--as) and out again. The password is prompted for, or taken from
MOSAIC_ADMIN_PASSWORD.

Examples:
  mosaic qa keys create nightly --role ci --kind telegram --expires-in-days 90 --as root
  mosaic qa keys list --as root
  mosaic qa keys revoke mbk_… --as root`;

const createSchema = z.object({
  as: z.string(),
  role: z.enum(BROKER_ROLES),
  kind: z.array(z.string()).optional(),
  expiresInDays: keyLifeSchema,
});
const adminSchema = z.object({ as: z.string() });

export function addQaKeyCommands(qa: Command, io: CliIo): void {
  const keys = qa.command("keys").description("the broker's own keys (administrators)").addHelpText("after", HELP);
  addCreate(keys, io);
  asAdmin(keys.command("list").description("list all keys, including revoked ones")).action(
    async (given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as } = adminSchema.parse(given);
      const found = await asAdministrator(context, as, (api) => api.call({ method: "GET", path: PATH }, brokerKeyListSchema));
      print(context, found, () =>
        table([["KEY", "NAME", "ROLE", "KINDS", "LAST USED", "EXPIRES", "REVOKED"], ...found.keys.map(row)]),
      );
    },
  );
  asAdmin(keys.command("revoke").description("revoke a key; its active leases run to their end"))
    .argument("<key-id>", "as `list` shows it: mbk_…")
    .action(async (keyId: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const { as } = adminSchema.parse(given);
      const path = `${PATH}/${encodeURIComponent(keyId)}`;
      await asAdministrator(context, as, (api) => api.call({ method: "DELETE", path }, z.undefined()));
      print(context, { keyId, revoked: true }, () => `Revoked ${printable(keyId)}.\n`);
    });
}

function addCreate(keys: Command, io: CliIo): void {
  const create = asAdmin(keys.command("create").description("create a key; it is shown only once"));
  withKeyLife(create)
    .argument("<name>", "a name to recognise it by")
    .requiredOption("--role <role>", "ci (leases) or maintainer (the pool as well)", role)
    .option("--kind <kind...>", "only these kinds (default: all)")
    .action(async (name: string, given: unknown, command: Command) => {
      const context = contextOf(io, command);
      const options = createSchema.parse(given);
      const expiresAt = expiryOf(options.expiresInDays);
      const body = { name, role: options.role, kinds: options.kind ?? null, expiresAt };
      const created = await asAdministrator(context, options.as, (api) =>
        api.call({ method: "POST", path: PATH, body }, brokerKeyCreatedSchema),
      );
      // The key alone on standard output: it can go straight into a secret store.
      if (!context.json) io.stderr.write(`Created ${created.keyId} (${created.role}). It is shown only once:\n`);
      print(context, created, () => `${created.key}\n`);
    });
}

function row({ keyId, name, role: keyRole, kinds, lastUsedAt, expiresAt, revokedAt }: BrokerKeyView): string[] {
  const when = (instant: string | null, otherwise: string): string => (instant === null ? otherwise : localTime(instant));
  const times = [when(lastUsedAt, "never"), when(expiresAt, "never"), when(revokedAt, "")];
  return [keyId, name, keyRole, kinds?.join(", ") ?? "all", ...times];
}
