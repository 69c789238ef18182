// Around every page: what a screen reader is told, and the bar that says when one is offline.
import { useNetwork } from "@mantine/hooks";
import { Outlet, useLocation } from "@tanstack/react-router";
import { PublicShell } from "./public-shell.tsx";
import { OfflineBar } from "./offline-bar.tsx";

const PUBLIC_PATHS: readonly string[] = ["/onboarding", "/sign-in", "/invite", "/oidc/callback", "/kb/agent-login"];

export function RootLayout() {
  const { pathname } = useLocation();
  const { online } = useNetwork();
  const isPublic = PUBLIC_PATHS.includes(pathname);
  return (
    <>
      {online ? null : <OfflineBar />}
      {isPublic ? (
        <PublicShell>
          <Outlet />
        </PublicShell>
      ) : (
        <Outlet />
      )}
    </>
  );
}
