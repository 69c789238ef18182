// The claim of a new installation: first admin, password and session in one transaction.
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { FleetError } from "../../contracts/core/errors.ts";
import type { onboardingBreakglassSchema } from "../../contracts/installation/onboarding.ts";
import { Secret } from "../../contracts/core/secret.ts";
import type { UserRow } from "../../db/people/user.ts";
import { claimFirstAdmin, onboardingStatus } from "../../db/installation/onboarding.ts";
import type { AuditedWrites } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertPasswordAllowed } from "../sign-in/password-rules.ts";
import { openSession, type OpenedSession } from "../sign-in/sign-in.ts";

export interface FirstAdminDeps extends Pick<ApiDeps, "db" | "passwords">, Pick<AuditedWrites, "writeGlobally"> {
  readonly remoteAddress: string;
  readonly userAgent: string | null;
}

/** @throws FleetError ONBOARDING_DONE for every caller but the first; the insertion in the database decides a race. */
export async function createFirstAdmin(
  deps: FirstAdminDeps,
  input: z.output<typeof onboardingBreakglassSchema>,
): Promise<{ session: OpenedSession; user: UserRow }> {
  const { adminCreated } = await deps.db.globally(onboardingStatus);
  if (adminCreated) throw new FleetError("ONBOARDING_DONE", "The first administrator already exists.");
  assertPasswordAllowed(input.username, input.password);
  const id = randomUUID();
  const passwordHash = await deps.passwords.hash(new Secret(input.password), id);
  const { remoteAddress, userAgent } = deps;
  return await deps.writeGlobally(
    async (tx) => {
      const user = await claimFirstAdmin(tx, { id, username: input.username, passwordHash });
      const session = await openSession(tx, { userId: user.id, systemRole: user.systemRole, remoteAddress, userAgent });
      return { session, user };
    },
    ({ user: { id, name } }) => ({ targetId: id, actor: { id, name } }),
  );
}
