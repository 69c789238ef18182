// Every page: its address, who may see it, and the file that holds it. Pages are loaded when they are first opened.
import { createRootRouteWithContext, createRoute, createRouter, notFound, redirect } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import type { ApiClient } from "./api/client.ts";
import { agentTexts } from "./features/agents/agent-texts.ts";
import { auditTexts } from "./features/audit/audit-texts.ts";
import { onboardingQuery } from "./features/installation/onboarding-api.ts";
import { sessionQuery } from "./features/sign-in/session-api.ts";
import { lazyPage } from "./lazy-page.ts";
import { RootLayout } from "./shell/root-layout.tsx";
import { credentialSearch, fleetSearch } from "./features/containers/fleet-search.ts";
import { BrokenPage, FailurePage, LostPage, NotFoundPage } from "./shell/failure-pages.tsx";
import { SignedInShell } from "./shell/signed-in-shell.tsx";
import {
  agentsSearch,
  auditSearch,
  nextSearch,
  onboardingSearch,
  searchOnly,
  usersSearch,
  workspaceSearch,
} from "./search-params.ts";

export interface RouterContext {
  readonly api: ApiClient;
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: RootLayout,
  errorComponent: BrokenPage,
  notFoundComponent: LostPage,
  beforeLoad: async ({ context: { api, queryClient }, location }) => {
    const { completed } = await queryClient.ensureQueryData(onboardingQuery(api));
    // The way back of the set-up's own test sign-in.
    if (!completed && location.pathname === "/oidc/callback") return;
    if (!completed && location.pathname !== "/onboarding") throw redirect({ to: "/onboarding" });
    if (completed && location.pathname === "/onboarding") throw redirect({ to: "/" });
  },
});

/** Signed in, or sent to sign in and back again. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: SignedInShell,
  notFoundComponent: NotFoundPage,
  beforeLoad: async ({ context: { api, queryClient }, location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery(api));
    if (session === null)
      throw redirect({ to: "/sign-in", search: { next: location.href === "/" ? undefined : location.href } });
    return { session };
  },
});

/** For others these pages do not exist. */
const administration = createRoute({
  getParentRoute: () => signedIn,
  id: "administration",
  beforeLoad: ({ context: { session } }) => {
    if (session.user.systemRole !== "admin") throw notFound();
  },
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings",
  notFoundComponent: NotFoundPage,
  component: lazyPage(() => import("./pages/settings/settings-layout.tsx"), "SettingsLayout"),
});

const page = {
  onboarding: lazyPage(() => import("./pages/onboarding/onboarding-page.tsx"), "OnboardingPage"),
  signIn: lazyPage(() => import("./pages/sign-in/sign-in-page.tsx"), "SignInPage"),
  home: lazyPage(() => import("./pages/home/home-page.tsx"), "HomePage"),
  why: lazyPage(() => import("./pages/home/why-page.tsx"), "WhyPage"),
  chat: lazyPage(() => import("./pages/chat/chat-page.tsx"), "ChatPage"),
  profile: lazyPage(() => import("./pages/settings/profile-page.tsx"), "ProfilePage"),
  providers: lazyPage(() => import("./pages/settings/providers-page.tsx"), "ProvidersPage"),
  provider: lazyPage(() => import("./pages/settings/provider-page.tsx"), "ProviderPage"),
  newProvider: lazyPage(() => import("./pages/settings/provider-page.tsx"), "NewProviderPage"),
  agent: lazyPage(() => import("./pages/settings/agent-page.tsx"), "AgentPage"),
  keys: lazyPage(() => import("./pages/settings/keys-page.tsx"), "KeysPage"),
  ownAgents: lazyPage(() => import("./pages/settings/agents-page.tsx"), "AgentsPage", agentTexts),
  ownAgent: lazyPage(() => import("./pages/settings/own-agent-page.tsx"), "OwnAgentPage", agentTexts),
  allAgents: lazyPage(() => import("./pages/admin/agents-page.tsx"), "AllAgentsPage", agentTexts),
  agentLogin: lazyPage(() => import("./pages/kb/agent-login-page.tsx"), "AgentLoginPage", agentTexts),
  fleet: lazyPage(() => import("./pages/admin/fleet-page.tsx"), "FleetPage"),
  container: lazyPage(() => import("./pages/admin/container-page.tsx"), "ContainerPage"),
  systemAgent: lazyPage(() => import("./pages/admin/system-agent-layout.tsx"), "SystemAgentLayout"),
  systemAgents: lazyPage(() => import("./pages/admin/system-agents-page.tsx"), "SystemAgentsPage"),
  credentials: lazyPage(() => import("./pages/admin/credentials-page.tsx"), "CredentialsPage"),
  invite: lazyPage(() => import("./pages/invite/invite-page.tsx"), "InvitePage"),
  users: lazyPage(() => import("./pages/admin/users-page.tsx"), "UsersPage"),
  workspaces: lazyPage(() => import("./pages/workspaces/workspaces-page.tsx"), "WorkspacesPage"),
  workspace: lazyPage(() => import("./pages/workspaces/workspace-page.tsx"), "WorkspacePage"),
  allWorkspaces: lazyPage(() => import("./pages/admin/workspaces-page.tsx"), "AllWorkspacesPage"),
  allTeams: lazyPage(() => import("./pages/admin/teams-page.tsx"), "AllTeamsPage"),
  auditLog: lazyPage(() => import("./pages/admin/audit-log-page.tsx"), "AuditLogPage", auditTexts),
  oidcCallback: lazyPage(() => import("./pages/oidc/callback-page.tsx"), "OidcCallbackPage"),
  signInMethod: lazyPage(() => import("./pages/admin/sign-in-method-page.tsx"), "SignInMethodPage"),
  system: lazyPage(() => import("./pages/admin/system-page.tsx"), "SystemPage"),
  user: lazyPage(() => import("./pages/admin/user-page.tsx"), "UserPage"),
} as const;

/** The pages of the settings, for providers that are a system agent's. */
const systemAgentProviders = createRoute({
  getParentRoute: () => administration,
  path: "/admin/system-agents/$name/providers",
  notFoundComponent: NotFoundPage,
  component: page.systemAgent,
});

const under = {
  root: () => root,
  signedIn: () => signedIn,
  settings: () => settings,
  administration: () => administration,
  systemAgentProviders: () => systemAgentProviders,
} as const;

const tree = root.addChildren([
  createRoute({
    getParentRoute: under.root,
    path: "/onboarding",
    component: page.onboarding,
    validateSearch: onboardingSearch,
  }),
  createRoute({ getParentRoute: under.root, path: "/sign-in", component: page.signIn, validateSearch: nextSearch }),
  createRoute({ getParentRoute: under.root, path: "/invite", component: page.invite }),
  createRoute({ getParentRoute: under.root, path: "/oidc/callback", component: page.oidcCallback }),
  createRoute({ getParentRoute: under.root, path: "/kb/agent-login", component: page.agentLogin }),
  signedIn.addChildren([
    createRoute({ getParentRoute: under.signedIn, path: "/", component: page.home }),
    createRoute({ getParentRoute: under.signedIn, path: "/agent/why", component: page.why }),
    createRoute({ getParentRoute: under.signedIn, path: "/chat", component: page.chat }),
    createRoute({ getParentRoute: under.signedIn, path: "/chat/$conversationId", component: page.chat }),
    createRoute({
      getParentRoute: under.signedIn,
      path: "/workspaces",
      component: page.workspaces,
      validateSearch: searchOnly,
    }),
    createRoute({
      getParentRoute: under.signedIn,
      path: "/workspaces/$workspaceId",
      component: page.workspace,
      validateSearch: workspaceSearch,
    }),
    settings.addChildren([
      createRoute({
        getParentRoute: under.settings,
        path: "/",
        beforeLoad: () => {
          throw redirect({ to: "/settings/profile" });
        },
      }),
      createRoute({ getParentRoute: under.settings, path: "profile", component: page.profile }),
      createRoute({ getParentRoute: under.settings, path: "providers", component: page.providers }),
      createRoute({ getParentRoute: under.settings, path: "providers/new", component: page.newProvider }),
      createRoute({ getParentRoute: under.settings, path: "providers/$id", component: page.provider }),
      createRoute({ getParentRoute: under.settings, path: "agent", component: page.agent }),
      createRoute({ getParentRoute: under.settings, path: "keys", component: page.keys }),
      createRoute({ getParentRoute: under.settings, path: "agents", component: page.ownAgents }),
      createRoute({ getParentRoute: under.settings, path: "agents/$agentId", component: page.ownAgent }),
    ]),
    administration.addChildren([
      createRoute({
        getParentRoute: under.administration,
        path: "/admin",
        beforeLoad: () => {
          throw redirect({ to: "/admin/fleet" });
        },
      }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/fleet",
        component: page.fleet,
        validateSearch: fleetSearch,
      }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/fleet/$containerId",
        component: page.container,
      }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/system-agents",
        component: page.systemAgents,
      }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/agents",
        component: page.allAgents,
        validateSearch: agentsSearch,
      }),
      systemAgentProviders.addChildren([
        createRoute({ getParentRoute: under.systemAgentProviders, path: "/", component: page.providers }),
        createRoute({ getParentRoute: under.systemAgentProviders, path: "new", component: page.newProvider }),
        createRoute({ getParentRoute: under.systemAgentProviders, path: "$id", component: page.provider }),
      ]),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/credentials",
        component: page.credentials,
        validateSearch: credentialSearch,
      }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/users",
        component: page.users,
        validateSearch: usersSearch,
      }),
      createRoute({ getParentRoute: under.administration, path: "/admin/users/$userId", component: page.user }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/audit-log",
        component: page.auditLog,
        validateSearch: auditSearch,
      }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/sign-in-method",
        component: page.signInMethod,
      }),
      createRoute({ getParentRoute: under.administration, path: "/admin/system", component: page.system }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/workspaces",
        component: page.allWorkspaces,
        validateSearch: searchOnly,
      }),
      createRoute({
        getParentRoute: under.administration,
        path: "/admin/teams",
        component: page.allTeams,
        validateSearch: searchOnly,
      }),
    ]),
  ]),
]);

export function createAppRouter(context: RouterContext) {
  return createRouter({
    routeTree: tree,
    context,
    defaultPreload: "intent",
    defaultPendingMs: 150,
    defaultErrorComponent: FailurePage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
