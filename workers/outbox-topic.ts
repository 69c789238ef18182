// A topic of the outbox: what its messages say and how they are delivered. Each feature declares its own.
import type { z } from "zod";
import type { Tenant } from "../contracts/core/tenant.ts";
import type { OutboxDelivery } from "../db/core/outbox.ts";

type Stored = Pick<OutboxDelivery, "tenant" | "payload">;
type Reading = { readonly deliver: () => Promise<void> } | { readonly problem: string };

export interface OutboxTopic {
  readonly topic: string;
  /** The newest message of a subject says all that the older ones of this topic said. */
  readonly isCovering: boolean;
  /** What is wrong with the message, without its values; or else its delivery. */
  read(stored: Stored): Reading;
}

interface Declaration<Message> {
  readonly topic: string;
  readonly isCovering?: boolean;
  readonly schema: z.ZodType<Message>;
}

interface TenantDeclaration<Message> extends Declaration<Message> {
  /** At least once, and in order per tenant. */
  readonly deliver: (tenant: Tenant, message: Message) => Promise<unknown>;
}

interface TenantlessDeclaration<Message> extends Declaration<Message> {
  /** At least once, and in order per subject. */
  readonly deliver: (message: Message) => Promise<unknown>;
}

export function tenantTopic<Message>({ deliver, ...declared }: TenantDeclaration<Message>): OutboxTopic {
  return declare(declared, (message, tenant) => (tenant === null ? null : () => deliver(tenant, message)));
}

export function tenantlessTopic<Message>({ deliver, ...declared }: TenantlessDeclaration<Message>): OutboxTopic {
  return declare(declared, (message, tenant) => (tenant === null ? () => deliver(message) : null));
}

function declare<Message>(
  { topic, schema, isCovering = false }: Declaration<Message>,
  deliveryOf: (message: Message, tenant: Tenant | null) => (() => Promise<unknown>) | null,
): OutboxTopic {
  return {
    ...{ topic, isCovering },
    read({ tenant, payload }) {
      const parsed = schema.safeParse(payload);
      if (!parsed.success)
        return { problem: parsed.error.issues.map(({ code, path }) => `${path.join(".")} ${code}`).join(", ") };
      const deliver = deliveryOf(parsed.data, tenant);
      return deliver === null ? { problem: "tenant" } : { deliver: async () => void (await deliver()) };
    },
  };
}

export type OutboxTopics = ReadonlyMap<string, OutboxTopic>;

/** @throws Error when two features declare one topic. */
export function registerTopics(topics: readonly OutboxTopic[]): OutboxTopics {
  const registered = new Map(topics.map((each) => [each.topic, each]));
  if (registered.size < topics.length) throw new Error("A topic of the outbox is declared twice.");
  return registered;
}
