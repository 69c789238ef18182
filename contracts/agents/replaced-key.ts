// The workflow that revokes a replaced key of an agent at the end of its overlap: its name, id and input.

export const END_REPLACED_KEY_WORKFLOW = "endReplacedKey";

export interface EndReplacedKeyInput {
  readonly agentUserId: string;
  /** The public part. */
  readonly keyId: string;
  readonly endsAtMs: number;
}

/** A key is replaced once. */
export function endReplacedKeyWorkflowId(keyId: string): string {
  return `end-replaced-key/${keyId}`;
}
