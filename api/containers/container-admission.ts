// Who may call on the internal listener: an agent container with its own token, from its own address.
import { isIP } from "node:net";
import type { Request } from "express";
import { parseAgentToken } from "../../adapters/crypto/credentials.ts";
import { FleetError } from "../../contracts/core/errors.ts";
import type { ContainerPrincipal } from "../../contracts/core/principal.ts";
import type { Database } from "../../db/core/database.ts";
import { resolveContainerToken } from "../../db/core/admission.ts";
import { findContainer } from "../../db/containers/containers.ts";
import { NOT_HERE, type Door } from "../http/access.ts";
import type { RateLimits } from "../http/rate-limits.ts";
import { hostName } from "../http/ingress.ts";
import { canonicalAddress } from "../http/remote-address.ts";

const BEARER = /^Bearer +(\S{1,200})$/i;

/** A container is known by its token and address together; there is nothing else that one may and another may not. */
export function createInternalDoor(deps: { db: Database; limits: RateLimits }): Door {
  return {
    ...{ signIn: NOT_HERE, signInOrNothing: NOT_HERE, unchecked: NOT_HERE, broker: NOT_HERE },
    nothing: {
      async identify({ route, request, remoteAddress }) {
        refuseBrowsers(request);
        await deps.limits.consume(route.rateLimit, remoteAddress);
        return { principal: null, credential: null };
      },
      identifyAgain: async (_call, before) => before,
    },
    containerToken: {
      async identify({ route, request, remoteAddress }) {
        refuseBrowsers(request);
        const principal = await resolve(deps.db, request);
        if (principal === null) {
          await deps.limits.consume("anonymous", remoteAddress);
          throw unauthenticated();
        }
        await deps.limits.consume(route.rateLimit, principal.id);
        await assertOwnAddress(deps.db, principal, remoteAddress);
        return { principal, credential: null };
      },
      async identifyAgain({ request }, before) {
        const principal = await resolve(deps.db, request);
        if (principal === null) throw unauthenticated();
        return { ...before, principal };
      },
    },
  };
}

function unauthenticated(): FleetError {
  return new FleetError("UNAUTHENTICATED", "Send the container's own token.");
}

/** No container sends these; a browser that was led here does. @throws FleetError FORBIDDEN */
function refuseBrowsers(request: Request): void {
  const { origin, cookie, host } = request.headers;
  if (origin !== undefined || cookie !== undefined) throw new FleetError("FORBIDDEN", "Browsers are not served here.");
  const name = hostName(host) ?? "";
  if (isIP(name) === 0 || canonicalAddress(name) !== canonicalAddress(request.socket.localAddress)) {
    throw new FleetError("FORBIDDEN", "Only the listener's own address is served here.");
  }
}

/** @throws FleetError NOT_FOUND when the token still fits and the container is retired. */
async function resolve(db: Database, request: Request): Promise<ContainerPrincipal | null> {
  const token = parseAgentToken(BEARER.exec(request.headers.authorization ?? "")?.[1] ?? "");
  const found = token === null ? null : await resolveContainerToken(db, db.tokens.candidates(token));
  if (found === null) return null;
  if (found.retired) throw new FleetError("NOT_FOUND", "This container was retired.");
  return { kind: "container", id: found.containerId, tenant: found.tenant, generation: found.generation };
}

/** A stolen token is of no use elsewhere. The address is known shortly after the start. @throws FleetError FORBIDDEN */
async function assertOwnAddress(db: Database, { tenant }: ContainerPrincipal, remoteAddress: string): Promise<void> {
  const row = await db.asTenant(tenant, findContainer);
  if (row !== null && row.address !== null && canonicalAddress(row.address) !== remoteAddress) {
    throw new FleetError("FORBIDDEN", "This token belongs to another address.");
  }
}
