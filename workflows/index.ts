// The entry of the workflow bundle.
export { agentContainer } from "./agent-container.ts";
export { deactivateUser } from "./deactivate-user.ts";
export { reconcileFleet } from "./reconcile-fleet.ts";
export { credentialLease } from "./credential-lease.ts";
export { credentialRetention } from "./credential-retention.ts";
