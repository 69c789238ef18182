// The claim of a new installation: first admin, password and session in one transaction (O1).
import type { z } from "zod";
import { FleetError } from "../contracts/errors.ts";
import type { onboardingBreakglassSchema } from "../contracts/onboarding.ts";
import { Secret } from "../contracts/secret.ts";
import type { UserRow } from "../db/entities/user.ts";
import { claimFirstAdmin, onboardingStatus } from "../db/repositories/onboarding.ts";
import type { AuditedWrites } from "./define-route.ts";
import type { ApiDeps } from "./deps.ts";
import { assertPasswordAllowed } from "./password-rules.ts";
import { openSession, type OpenedSession } from "./sign-in.ts";

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
  if (adminCreated) throw new FleetError("ONBOARDING_DONE", "The first administrator exists already.");
  assertPasswordAllowed(input.username, input.password);
  const passwordHash = await deps.passwords.hash(new Secret(input.password));
  const { remoteAddress, userAgent } = deps;
  return await deps.writeGlobally(
    async (tx) => {
      const user = await claimFirstAdmin(tx, { username: input.username, passwordHash });
      const session = await openSession(tx, { userId: user.id, systemRole: user.systemRole, remoteAddress, userAgent });
      return { session, user };
    },
    ({ user: { id, name } }) => ({ targetId: id, actor: { id, name } }),
  );
}
