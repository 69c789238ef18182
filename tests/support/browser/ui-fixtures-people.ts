// The api's answers for the pages about people: users, invitations, workspaces, teams, the audit log, the caller's account.
import { ownSessionListSchema, profileViewSchema } from "../../../contracts/people/account.ts";
import { inviteOfferSchema, invitePageSchema, smtpViewSchema } from "../../../contracts/people/invites.ts";
import { ownIdentityListSchema, signInMethodsSchema } from "../../../contracts/sign-in/oidc.ts";
import { deactivationViewSchema, userPageSchema, userViewSchema, type UserView } from "../../../contracts/people/users.ts";
import {
  allTeamsPageSchema,
  memberPageSchema,
  teamListSchema,
  workspacePageSchema,
  workspaceViewSchema,
} from "../../../contracts/workspaces/workspaces.ts";
import { AUDIT_PAGE } from "./ui-fixtures-audit.ts";
import { ago, hold, SIGNED_IN, SIGNED_OUT, uuid, type Answers, type PageAtRest } from "./ui-fixtures.ts";

const DAY = 60 * 24;
const WORKSPACE = uuid(200);
const GONE = uuid(5);

const meta = (total: number, more: { page?: number; limit?: number } = {}) => {
  const { page = 1, limit = 50 } = more;
  return { page, limit, total, totalPages: Math.max(1, Math.ceil(total / limit)) };
};

const ana = userViewSchema.parse({
  id: uuid(1),
  name: "Ana Weber",
  username: "ana",
  email: "ana.weber@example.org",
  emailVerified: true,
  image: null,
  systemRole: "admin",
  status: "active",
  isLocalAuth: true,
  createdAt: ago(DAY * 300),
  deactivatedAt: null,
  invitedAt: null,
  invitedBy: null,
  lastSignInAt: ago(42),
  workspaceMemberships: [
    { workspaceId: WORKSPACE, workspaceName: "Research", role: "owner", joinedAt: ago(DAY * 200) },
    { workspaceId: uuid(201), workspaceName: "Night shift", role: "admin", joinedAt: ago(DAY * 90) },
  ],
  isLastAdmin: false,
} satisfies UserView);

const person = (number: number, name: string, more: Partial<UserView> = {}): UserView => {
  const username = name.toLowerCase().replaceAll(/[^a-z]+/g, ".");
  return {
    ...ana,
    id: uuid(number),
    name,
    username,
    email: `${username}@example.org`,
    systemRole: "member",
    invitedAt: ago(DAY * 90),
    invitedBy: uuid(1),
    createdAt: ago(DAY * 80),
    lastSignInAt: ago(number * 70),
    workspaceMemberships: [],
    ...more,
  };
};
const gone = person(5, "Emil Brandt", { status: "deactivated", deactivatedAt: ago(1), lastSignInAt: ago(DAY * 3) });
const people = [
  ana,
  person(2, "Bernadette Oyelaran-Kowalczyk"),
  person(3, "Chidi Okafor", { systemRole: "admin" }),
  person(4, "Dora Nagy", { lastSignInAt: null }),
  gone,
  person(6, "Fatima Haddad", { email: null, emailVerified: false }),
];

const invites = [
  { number: 300, email: "gustav.lindqvist@example.org", systemRole: "member" as const, hours: 70 },
  { number: 301, email: "hanna.a.very.long.address.indeed@research.example.org", systemRole: "admin" as const, hours: 9 },
].map(({ number, email, systemRole, hours }) => ({
  ...{ id: uuid(number), email, systemRole, status: "pending" as const },
  createdAt: ago(120),
  expiresAt: ago(-hours * 60),
  invitedBy: { id: uuid(1), name: "Ana Weber" },
}));

const workspace = {
  id: WORKSPACE,
  name: "Research",
  description: "Everybody who works on the long questions.",
  createdAt: ago(DAY * 200),
  memberCount: 4,
  teamCount: 2,
  myRole: "owner" as const,
  isLastOwner: true,
};
const workspaces = [
  workspace,
  {
    ...workspace,
    id: uuid(201),
    name: "Night shift",
    description: "",
    memberCount: 11,
    teamCount: 0,
    myRole: "admin" as const,
  },
  {
    ...workspace,
    id: uuid(202),
    name: "Customer care",
    description: "Answers within a day.",
    memberCount: 38,
    teamCount: 5,
    myRole: "guest" as const,
  },
];
const member = (number: number, name: string, role: "owner" | "admin" | "member" | "guest") => ({
  userId: uuid(number),
  name,
  email: `${name.toLowerCase().replaceAll(/[^a-z]+/g, ".")}@example.org`,
  role,
  joinedAt: ago(DAY * (200 - number)),
  isDeactivated: false,
  isLastOwner: false,
});
const members = [
  { ...member(1, "Ana Weber", "owner"), isLastOwner: true },
  member(2, "Bernadette Oyelaran-Kowalczyk", "admin"),
  member(3, "Chidi Okafor", "member"),
  { ...member(5, "Emil Brandt", "guest"), isDeactivated: true },
];
const teams = [
  {
    ...{ id: uuid(250), workspaceId: WORKSPACE, name: "Readers", description: "They read first.", createdAt: ago(DAY * 60) },
    members: [
      { userId: uuid(1), name: "Ana Weber" },
      { userId: uuid(3), name: "Chidi Okafor" },
    ],
  },
  { id: uuid(251), workspaceId: WORKSPACE, name: "Writers", description: "", createdAt: ago(DAY * 20), members: [] },
];

const allTeams = [
  {
    ...{ id: uuid(252), workspaceId: uuid(202), workspaceName: "Customer care", name: "First answer" },
    ...{ description: "Whoever is on duty reads every question within the hour.", createdAt: ago(DAY * 44), memberCount: 12 },
  },
  ...teams.map(({ members: some, ...team }) => ({ ...team, workspaceName: workspace.name, memberCount: some.length })),
];

const WITH_PROVIDER = { body: hold(signInMethodsSchema, { password: true, oidc: { displayName: "Example ID" } }) };

const { isLastAdmin: _, ...ownProfile } = ana;
export const PEOPLE: Answers = {
  ...SIGNED_IN,
  "GET /api/me": { body: hold(profileViewSchema, { ...ownProfile, preferences: {} }) },
  "GET /api/sign-in-methods": WITH_PROVIDER,
  "GET /api/me/identities": {
    body: hold(ownIdentityListSchema, {
      identities: [
        {
          id: uuid(500),
          issuer: "https://id.example.org/realms/everybody",
          createdAt: ago(DAY * 70),
          lastUsedAt: ago(DAY * 2),
        },
      ],
    }),
  },
  "GET /api/me/sessions": {
    body: hold(ownSessionListSchema, {
      sessions: [
        {
          ...{ id: "a".repeat(32), createdAt: ago(42), lastSeenAt: ago(0), expiresAt: ago(-600), isCurrent: true },
          remoteAddress: "192.0.2.17",
          userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        },
        {
          ...{ id: "b".repeat(32), createdAt: ago(DAY), lastSeenAt: ago(300), expiresAt: ago(-200), isCurrent: false },
          remoteAddress: "2001:db8:1234:5678:9abc:def0:1234:5678",
          userAgent:
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
        },
        {
          ...{ id: "c".repeat(32), createdAt: ago(DAY), lastSeenAt: ago(700), expiresAt: ago(-100), isCurrent: false },
          remoteAddress: null,
          userAgent: null,
        },
      ],
    }),
  },
  "GET /api/users": { body: hold(userPageSchema, { users: people, meta: meta(312) }) },
  ...Object.fromEntries(people.map((user) => [`GET /api/users/${user.id}`, { body: hold(userViewSchema, user) }])),
  [`GET /api/users/${GONE}/deactivation`]: {
    body: hold(deactivationViewSchema, {
      userId: GONE,
      state: "running",
      requestedAt: ago(1),
      requestedBy: uuid(1),
      reason: "Left the company.",
      steps: [
        { step: "sessions", doneAt: ago(1), count: 2 },
        { step: "keys", doneAt: ago(1), count: 1 },
        { step: "agent", doneAt: null, count: null },
      ],
    }),
  },
  "GET /api/invites": { body: hold(invitePageSchema, { invites, meta: meta(invites.length) }) },
  "GET /api/system-config/smtp": { body: hold(smtpViewSchema, { smtp: null }) },
  "GET /api/workspaces": { body: hold(workspacePageSchema, { workspaces, meta: meta(workspaces.length) }) },
  [`GET /api/workspaces/${WORKSPACE}`]: { body: hold(workspaceViewSchema, workspace) },
  [`GET /api/workspaces/${WORKSPACE}/members`]: { body: hold(memberPageSchema, { members, meta: meta(members.length) }) },
  [`GET /api/workspaces/${WORKSPACE}/teams`]: { body: hold(teamListSchema, { teams }) },
  "GET /api/admin/teams": { body: hold(allTeamsPageSchema, { teams: allTeams, meta: meta(allTeams.length) }) },
  "GET /api/audit-events": AUDIT_PAGE,
};

const INVITED: Answers = {
  ...SIGNED_OUT,
  "POST /api/invites/lookup": {
    body: hold(inviteOfferSchema, {
      email: "gustav.lindqvist@example.org",
      systemRole: "member",
      invitedByName: "Ana Weber",
      expiresAt: ago(-4_000),
    }),
  },
};
const INVITED_WITH_OIDC: Answers = {
  ...INVITED,
  "GET /api/sign-in-methods": WITH_PROVIDER,
};
const DEAD_INVITE: Answers = {
  ...SIGNED_OUT,
  "POST /api/invites/lookup": { status: 410, body: { error: { code: "INVITE_GONE", message: "This link no longer works." } } },
};
const NO_MATCH: Answers = { ...PEOPLE, "GET /api/users": { body: hold(userPageSchema, { users: [], meta: meta(0) }) } };
const LIST_FAILED: Answers = {
  ...PEOPLE,
  "GET /api/users": {
    status: 500,
    body: { error: { code: "INTERNAL", message: "Something went wrong.", requestId: "req-7f3a" } },
  },
};
const TOKEN = "A".repeat(43);

export const PEOPLE_PAGES: readonly PageAtRest[] = [
  { name: "invite", path: `/invite#${TOKEN}`, answers: INVITED },
  { name: "invite-provider", path: `/invite#${TOKEN}`, answers: INVITED_WITH_OIDC },
  { name: "invite-dead", path: `/invite#${TOKEN}`, answers: DEAD_INVITE },
  { name: "profile", path: "/settings/profile", answers: PEOPLE },
  { name: "users", path: "/admin/users", answers: PEOPLE },
  { name: "users-no-match", path: "/admin/users?search=zzz", answers: NO_MATCH },
  { name: "users-failed", path: "/admin/users", answers: LIST_FAILED },
  { name: "invitations", path: "/admin/users?tab=invites", answers: PEOPLE },
  { name: "user", path: `/admin/users/${uuid(1)}`, answers: PEOPLE },
  { name: "workspaces", path: "/workspaces", answers: PEOPLE },
  { name: "workspace", path: `/workspaces/${WORKSPACE}`, answers: PEOPLE },
  { name: "workspace-teams", path: `/workspaces/${WORKSPACE}?tab=teams`, answers: PEOPLE },
  { name: "all-workspaces", path: "/admin/workspaces", answers: PEOPLE },
  { name: "all-teams", path: "/admin/teams", answers: PEOPLE },
  { name: "audit-log", path: "/admin/audit-log", answers: PEOPLE },
  { name: "user-deactivated", path: `/admin/users/${GONE}`, answers: PEOPLE },
];
