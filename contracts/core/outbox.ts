// Messages that are committed with the change they belong to, and delivered afterwards. Each feature says what its own are.

/** What is stored. Ids and small facts, never a secret. */
export interface OutboxMessage {
  readonly topic: string;
  readonly [fact: string]: unknown;
}
