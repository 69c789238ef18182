// The addresses of the web interface: the api answers them with its page, and nothing else; the page knows each of them.

/** Where administrators see the Web UI of the local Temporal server. */
export const TEMPORAL_UI_PATH = "/temporal";

/** What stands under `/*` is the page's own to know, so that a wrong address there gets the page's own "not found". */
export const PAGE_PATHS = [
  "/",
  "/onboarding",
  "/sign-in",
  "/invite",
  "/oidc/callback",
  "/kb/*",
  "/agent/*",
  "/chat",
  "/chat/*",
  "/workspaces",
  "/workspaces/*",
  "/settings",
  "/settings/*",
  "/admin",
  "/admin/*",
] as const;
