// What the api would answer on the pages about signing in, and on those of the installation's own settings.
import { isolationViewSchema, type Isolation } from "../../../contracts/installation/agent-isolation.ts";
import { smtpViewSchema } from "../../../contracts/people/invites.ts";
import { outboundViewSchema } from "../../../contracts/installation/outbound.ts";
import { oidcConfigViewSchema, type OidcConfigView, type OidcTestResult } from "../../../contracts/sign-in/oidc.ts";
import { signInMethodsSchema } from "../../../contracts/sign-in/oidc.ts";
import { userPageSchema, userViewSchema, type UserView } from "../../../contracts/people/users.ts";
import { PEOPLE } from "./ui-fixtures-people.ts";
import { ago, CLAIMED, hold, SIGNED_IN, SIGNED_OUT, uuid, type Answers, type PageAtRest } from "./ui-fixtures.ts";

const settings = {
  ...{ issuerUrl: "https://id.example.org/realms/staff", clientId: "mosaic-fleet", displayName: "Example ID" },
  ...{ joinRule: "domains" as const, allowedDomains: ["example.org"], emailRule: "invite" as const },
  assumesEmailVerified: false,
  ...{ extraScopes: ["groups"], groupsClaim: "groups", adminGroups: ["fleet-admins"] },
  ...{ revision: 3, hasClientSecret: true },
};
const test: OidcTestResult = {
  testedAt: ago(2),
  subject: "f3c1b9d2-0c8e-4f6f-9a53-7d0a4be2a911",
  email: "ana.weber@example.org",
  emailVerified: true,
  name: "Ana Weber",
  groups: ["staff", "research", "fleet-admins"],
  groupsGiven: "given",
  systemRole: "admin",
  mayJoin: true,
};
const config = (more: Partial<OidcConfigView>): Answers => ({
  "GET /api/system-config/oidc": {
    body: hold(oidcConfigViewSchema, {
      ...{ redirectUri: "https://fleet.example.org/oidc/callback", active: null, candidate: null, ...more },
    }),
  },
});

const admin = (number: number, name: string, username: string | null): UserView =>
  userViewSchema.parse({
    ...{ id: uuid(number), name, username, email: null, emailVerified: false, image: null, systemRole: "admin" },
    ...{ status: "active", isLocalAuth: username !== null, createdAt: ago(60_000), deactivatedAt: null, invitedAt: null },
    ...{ invitedBy: null, lastSignInAt: ago(40), workspaceMemberships: [], isLastAdmin: false },
  } satisfies UserView);
const ADMINS: Answers = {
  "GET /api/users": {
    body: hold(userPageSchema, {
      users: [admin(1, "Ana Weber", "ana"), admin(2, "Breakglass", "root"), admin(3, "Chidi Okafor", null)],
      meta: { page: 1, limit: 100, total: 3, totalPages: 1 },
    }),
  },
};
const PROVEN: Isolation = {
  state: "proven",
  reason: null,
  findings: [
    { place: "agent", target: "172.28.0.2 port 18789", answer: "closed" },
    { place: "host", target: "172.28.0.1 port 40211", answer: "closed" },
    { place: "internal", target: "172.28.0.1 port 4001", answer: "open" },
    { place: "metadata", target: "169.254.169.254 port 80", answer: "closed" },
  ],
  checkedAt: ago(2),
};

const SYSTEM: Answers = {
  "GET /api/system-config/outbound": {
    body: hold(outboundViewSchema, {
      ...{ proxyUrl: "http://proxy.example.org:3128", username: "fleet", hasPassword: true, source: "settings" },
      ...{ exceptions: ["models.example.org"], certificates: null },
    }),
  },
  "GET /api/system-config/isolation": {
    body: hold(isolationViewSchema, { engines: [{ name: "fleet-1", isolation: PROVEN }] }),
  },
  "GET /api/system-config/smtp": {
    body: hold(smtpViewSchema, {
      smtp: {
        ...{ host: "mail.example.org", port: 587, security: "starttls", username: "fleet", from: "fleet@example.org" },
        hasPassword: true,
      },
    }),
  },
};
const WITH_OIDC: Answers = {
  ...SIGNED_OUT,
  "GET /api/sign-in-methods": { body: hold(signInMethodsSchema, { password: true, oidc: { displayName: "Example ID" } }) },
};
const refused = (reason: string, purpose: string): Answers => ({
  ...WITH_OIDC,
  "POST /api/oidc/callback": {
    status: 403,
    body: { error: { code: "OIDC_REJECTED", message: "Refused.", requestId: uuid(900), details: { reason, purpose } } },
  },
});
const ANSWER = "/oidc/callback?code=c&state=s";
const METHOD = "/admin/sign-in-method";

export const SIGN_IN_PAGES: readonly PageAtRest[] = [
  { name: "sign-in-oidc", path: "/sign-in", answers: WITH_OIDC },
  { name: "oidc-refused", path: ANSWER, answers: refused("no_access", "sign-in") },
  { name: "oidc-test-failed", path: ANSWER, answers: refused("client", "test") },
  {
    name: "oidc-test-passed",
    path: ANSWER,
    answers: { ...WITH_OIDC, "POST /api/oidc/callback": { body: { kind: "tested", result: test } } },
  },
  { name: "sign-in-method-off", path: METHOD, answers: { ...SIGNED_IN, ...ADMINS, ...config({}) } },
  {
    name: "sign-in-method",
    path: METHOD,
    answers: { ...SIGNED_IN, ...ADMINS, ...config({ active: settings, candidate: { ...settings, revision: 4, test } }) },
  },
  {
    name: "onboarding-sign-in-test",
    path: "/onboarding?step=signIn",
    answers: { ...CLAIMED, ...config({ candidate: { ...settings, adminGroups: [], test: null } }) },
  },
  { name: "system", path: "/admin/system", answers: { ...SIGNED_IN, ...PEOPLE, ...SYSTEM } },
];
