// The session on pages that have one: the guard of the route has read it.
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api-context.ts";
import { sessionQuery, type Session } from "../features/sign-in/session-api.ts";

/** While someone is being signed out there is none for a moment; the page goes away then. */
const NOBODY: Session = {
  user: { id: "", name: "", systemRole: "member" },
  csrfToken: "",
  expiresAt: "",
};

export function useSession(): Session {
  return useQuery(sessionQuery(useApi())).data ?? NOBODY;
}
