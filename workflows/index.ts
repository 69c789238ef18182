// The entry of the workflow bundle.
export { agentContainer } from "./containers/agent-container.ts";
export { endReplacedKey } from "./agents/end-replaced-key.ts";
export { deactivateUser } from "./people/deactivate-user.ts";
export { reconcileFleet } from "./containers/reconcile-fleet.ts";
export { credentialLease } from "./leases/credential-lease.ts";
export { credentialRetention } from "./leases/credential-retention.ts";
