// The registry of agents that run elsewhere, and chats with them: a contract that clients outside rely on, in its own words.
import { z } from "zod";
import { instantSchema } from "../core/instant.ts";
import { nameSchema, shownNameSchema } from "../core/name.ts";
import { AUDIENCES, REGISTERED_AGENT_ROLES, TOKEN_SOURCES } from "./registered-agent-facts.ts";

const NAME = /^[a-z0-9-]+$/;
const NAME_MAX = 100;
const AUDIENCE_MAX = 200;

const mustBeString = (field: string) => z.string({ error: `${field} must be a string` });

const filled = (field: string, maxChars: number) =>
  mustBeString(field)
    .refine((text) => text.trim() !== "", { error: `${field} must not be empty`, abort: true })
    .max(maxChars, `${field} must not exceed ${maxChars} characters`);

/** One line of visible characters, as every name in the product. */
const shown = (field: string, maxChars: number) =>
  filled(field, maxChars).refine((text) => nameSchema(maxChars).safeParse(text).success, {
    error: "Remove line breaks and invisible characters.",
  });

const agentName = (field: string) =>
  filled(field, NAME_MAX).regex(NAME, `${field} must contain only lowercase letters, numbers, and hyphens`);

const oneOf = <const Values extends readonly [string, ...string[]]>(field: string, values: Values) =>
  z.enum(values, { error: `${field} must be one of: ${values.join(", ")}` });

const gatewayUrlSchema = filled("gatewayUrl", 2048).refine(isGatewayUrl, {
  error: "gatewayUrl must be a valid HTTP(S) URL",
});

/** A path may follow. Our own path is appended, so that a query, a fragment or credentials are refused. */
function isGatewayUrl(text: string): boolean {
  if (!URL.canParse(text) || /[?#\s]/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
}

/** Who may use an agent. The lists hold ids, and count only for `listed`. */
export const audienceSchema = z.strictObject({
  who: oneOf("who", AUDIENCES),
  workspaces: z.array(z.uuid()).max(AUDIENCE_MAX).default([]),
  people: z.array(z.uuid()).max(AUDIENCE_MAX).default([]),
  agents: z.array(z.uuid()).max(AUDIENCE_MAX).default([]),
});
export type Audience = z.infer<typeof audienceSchema>;

/** A token that no header could carry would fail at the first chat. */
const tokenSchema = filled("token", 4096).regex(/^[\x21-\x7e]+$/, "token must contain only visible ASCII characters");

const FIELDS = {
  name: agentName("name"),
  displayName: shown("displayName", 255),
  role: oneOf("role", REGISTERED_AGENT_ROLES),
  gatewayUrl: gatewayUrlSchema,
  agentId: shown("agentId", 100),
  model: shown("model", 255).nullable(),
  isActive: z.boolean({ error: "isActive must be a boolean" }),
  audience: audienceSchema,
} as const;

/** `POST /openclaw/agents`. The token is never read back. */
export const registeredAgentCreateSchema = z.strictObject({
  ...FIELDS,
  agentId: FIELDS.agentId.default("main"),
  model: FIELDS.model.default(null),
  isActive: FIELDS.isActive.default(true),
  audience: FIELDS.audience.default({ who: "everyone", workspaces: [], people: [], agents: [] }),
  token: tokenSchema.nullable().default(null),
});
export type RegisteredAgentCreate = z.infer<typeof registeredAgentCreateSchema>;

/** `PATCH /openclaw/agents/:name`. Absent fields stay; a token of null is removed. */
export const registeredAgentUpdateSchema = z.strictObject({ ...FIELDS, token: tokenSchema.nullable() }).partial();
export type RegisteredAgentUpdate = z.infer<typeof registeredAgentUpdateSchema>;

/** `GET /openclaw/agents?isActive=`. */
export const registeredAgentQuerySchema = z.strictObject({
  isActive: z
    .enum(["true", "1", "false", "0"], { error: "isActive must be a boolean" })
    .transform((text) => text === "true" || text === "1")
    .optional(),
});
/** Any text: what is no name is an agent that there is not. */
export const registeredAgentParamsSchema = z.strictObject({ name: z.string() });

/** System agents stand among them, without an address. */
export const registeredAgentSchema = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  displayName: shownNameSchema,
  role: z.enum(REGISTERED_AGENT_ROLES),
  /** Null for everyone but administrators. */
  gatewayUrl: z.string().nullable(),
  agentId: shownNameSchema,
  model: shownNameSchema.nullable(),
  isActive: z.boolean(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
});
export type RegisteredAgent = z.infer<typeof registeredAgentSchema>;
export const registeredAgentListSchema = z.array(registeredAgentSchema);

/** `GET /api/registered-agents`: for administrators, with what the contract above does not tell. */
export const registeredAgentSettingsSchema = registeredAgentSchema.extend({
  /** A system agent is changed on its own page. */
  isSystemAgent: z.boolean(),
  tokenSource: z.enum(TOKEN_SOURCES),
  tokenVariable: z.string(),
  audience: audienceSchema,
});
export type RegisteredAgentSettings = z.infer<typeof registeredAgentSettingsSchema>;
export const registeredAgentSettingsListSchema = z.strictObject({ agents: z.array(registeredAgentSettingsSchema) });

/** `POST /api/openclaw/agents/:name/test`. Null: it did not come to that. */
export const registeredAgentTestSchema = z.strictObject({
  isReachable: z.boolean(),
  isTokenAccepted: z.boolean().nullable(),
  isAgentKnown: z.boolean().nullable(),
  models: z.array(shownNameSchema),
  /** What is wrong; null when nothing is. */
  message: z.string().nullable(),
});
export type RegisteredAgentTest = z.infer<typeof registeredAgentTestSchema>;

/** `POST /openclaw/chat`. */
export const OPENCLAW_CHAT_ROLES = ["system", "user", "assistant"] as const;
export const openclawChatSchema = z.object({
  agent: agentName("agent"),
  messages: z
    .array(
      z.object(
        {
          role: oneOf("role", OPENCLAW_CHAT_ROLES),
          content: z.string({ error: "content must be a string" }).min(1, "content must not be empty"),
        },
        { error: "messages must contain objects" },
      ),
      { error: "messages must be an array" },
    )
    .max(500, "messages must not exceed 500 entries"),
  /** For the log alone. */
  workspaceId: mustBeString("workspaceId").optional(),
});
export type OpenclawChat = z.infer<typeof openclawChatSchema>;
