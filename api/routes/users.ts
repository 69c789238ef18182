// People: list them, add one with a local password (A6). Administrators only.
import { z } from "zod";
import { Secret } from "../../contracts/secret.ts";
import { userCreateSchema, userViewSchema, type UserView } from "../../contracts/session.ts";
import type { GlobalTransaction } from "../../db/database.ts";
import type { UserRow } from "../../db/entities/user.ts";
import { insertLocalUser, listUsers } from "../../db/repositories/users.ts";
import { defineRoute, type Route } from "../define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertPasswordAllowed } from "../password-rules.ts";

const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 100;

const pageQuery = z.strictObject({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE),
});
const count = z.number().int();
const userPageSchema = z.strictObject({
  users: z.array(userViewSchema),
  meta: z.strictObject({ page: count, limit: count, total: count, totalPages: count }),
});

export function createUserRoutes({ db, passwords }: Pick<ApiDeps, "db" | "passwords">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/users",
      operationId: "listUsers",
      summary: "List users, in order of creation",
      who: "admin",
      rateLimit: "read",
      query: pageQuery,
      responses: { 200: { description: "One page; past the end it is the last one.", schema: userPageSchema } },
      handler: async ({ query }) => ({ status: 200, body: await db.globally((tx) => readPage(tx, query)) }),
    }),
    defineRoute({
      method: "post",
      path: "/api/users",
      operationId: "createUser",
      summary: "Add a user with a local password",
      who: "admin",
      rateLimit: "write",
      audit: { action: "user.create", target: "user" },
      body: userCreateSchema,
      bodyExample: { username: "ann", password: "…", email: "ann@example.org" },
      responses: { 201: { description: "The new user.", schema: userViewSchema } },
      errors: ["CONFLICT"],
      handler: async ({ body, writeGlobally }) => {
        const { password, ...person } = body;
        assertPasswordAllowed(person.username, password);
        const passwordHash = await passwords.hash(new Secret(password));
        const facts = ({ id, systemRole }: UserRow) => ({ targetId: id, detail: { systemRole, username: person.username } });
        const row = await writeGlobally((tx) => insertLocalUser(tx, { ...person, passwordHash }), facts);
        return { status: 201, body: userView(row) };
      },
    }),
  ];
}

async function readPage(tx: GlobalTransaction, wanted: z.output<typeof pageQuery>): Promise<z.output<typeof userPageSchema>> {
  const { limit } = wanted;
  const first = await listUsers(tx, wanted);
  const totalPages = Math.max(1, Math.ceil(first.total / limit));
  const page = Math.min(wanted.page, totalPages);
  const { users } = page === wanted.page ? first : await listUsers(tx, { page, limit });
  return { users: users.map(userView), meta: { page, limit, total: first.total, totalPages } };
}

function userView(row: UserRow): UserView {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    systemRole: row.systemRole,
    isLocalAuth: row.isLocalAuth,
    createdAt: row.createdAt.toISOString(),
    deactivatedAt: row.deactivatedAt?.toISOString() ?? null,
  };
}
