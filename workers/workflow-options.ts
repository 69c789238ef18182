// What workers do if workflow code no longer fits the history of an open run.

/**
 * A run that does not replay fails immediately, where operators see it, and the reconcilers start another one from the state in
 * Postgres and the engine. By default its workflow task would be retried forever, and nobody would watch the container.
 */
export const WORKFLOW_OPTIONS = { workflowFailureErrorTypes: { "*": ["NondeterminismError" as const] } };
