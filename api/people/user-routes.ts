// People: find them, add one with a local password, change one. Administrators only.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Secret } from "../../contracts/core/secret.ts";
import {
  userCreateSchema,
  userListQuerySchema,
  userPageSchema,
  userUpdateSchema,
  userViewSchema,
} from "../../contracts/people/users.ts";
import type { UserRow } from "../../db/people/user.ts";
import { updateUser } from "../../db/people/user-changes.ts";
import { getListedUser, listUserPage } from "../../db/people/user-list.ts";
import { insertLocalUser } from "../../db/people/users.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import type { ApiDeps } from "../deps.ts";
import { assertPasswordAllowed } from "../sign-in/password-rules.ts";
import { userView } from "./user-view.ts";

const ID = z.strictObject({ id: z.uuid() });

export function createUserRoutes(deps: Pick<ApiDeps, "db" | "passwords">): readonly Route[] {
  return [...createReadRoutes(deps), createAddRoute(deps), createUpdateRoute()];
}

function createReadRoutes({ db }: Pick<ApiDeps, "db">): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/api/users",
      operationId: "listUsers",
      summary: "List users with search, filters, sorting and pages",
      who: "admin",
      rateLimit: "read",
      query: userListQuerySchema,
      responses: { 200: { description: "One page. A page past the end returns the last page.", schema: userPageSchema } },
      handler: async ({ query }) => {
        const { users, meta } = await db.globally((tx) => listUserPage(tx, query));
        return { status: 200, body: { users: users.map(userView), meta } };
      },
    }),
    defineRoute({
      method: "get",
      path: "/api/users/:id",
      operationId: "getUser",
      summary: "Read one user",
      who: "admin",
      rateLimit: "read",
      params: ID,
      responses: { 200: { description: "The user.", schema: userViewSchema } },
      handler: async ({ params }) => ({
        status: 200,
        body: userView(await db.globally((tx) => getListedUser(tx, params.id))),
      }),
    }),
  ];
}

function createAddRoute({ passwords }: Pick<ApiDeps, "passwords">): Route {
  return defineRoute({
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
      const newId = randomUUID();
      const passwordHash = await passwords.hash(new Secret(password), newId);
      const facts = ({ id, systemRole }: Pick<UserRow, "id" | "systemRole">) => ({
        targetId: id,
        detail: { systemRole, username: person.username },
      });
      const row = await writeGlobally(async (tx) => {
        const { id } = await insertLocalUser(tx, { ...person, id: newId, passwordHash });
        return await getListedUser(tx, id);
      }, facts);
      return { status: 201, body: userView(row) };
    },
  });
}

function createUpdateRoute(): Route {
  return defineRoute({
    method: "patch",
    path: "/api/users/:id",
    operationId: "updateUser",
    summary: "Change a user's name, e-mail address or role; a role change ends their sessions",
    who: "admin",
    rateLimit: "write",
    audit: { action: "user.update", target: "user" },
    params: ID,
    body: userUpdateSchema,
    bodyExample: { systemRole: "admin" },
    responses: { 200: { description: "The changed user.", schema: userViewSchema } },
    errors: ["CONFLICT"],
    handler: async ({ user, params, body, writeGlobally }) => {
      const { systemRole } = body;
      const detail = { fields: Object.keys(body), ...(systemRole === undefined ? {} : { systemRole }) };
      const row = await writeGlobally(
        async (tx) => {
          await updateUser(tx, { actorId: user.id, userId: params.id, update: body });
          return await getListedUser(tx, params.id);
        },
        () => ({ targetId: params.id, detail }),
      );
      return { status: 200, body: userView(row) };
    },
  });
}
