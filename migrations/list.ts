// All migrations, oldest first. The names are what the database remembers; never rename one.
import { CreateFoundation } from "./20261121090000_create_foundation.ts";
import { OrderOutboxBySubject } from "./20261121145000_order_outbox_by_subject.ts";
import { CreateCredentialLeases } from "./20261121150000_create_credential_leases.ts";
import { ShowSendersTheirOutbox } from "./20261121160000_show_senders_their_outbox.ts";
import { AddAdministration } from "./20261121170000_add_administration.ts";
import { AddOidc } from "./20261121180000_add_oidc.ts";
import { RememberProviderTests } from "./20261121183000_remember_provider_tests.ts";
import { CloseIsAdministrator } from "./20261121190000_close_is_administrator.ts";
import { IndexUserLists } from "./20261121191000_index_user_lists.ts";
import { AddAgentIsolation } from "./20261130130100_add_agent_isolation.ts";
import { PinGateways } from "./20261130130200_pin_gateways.ts";
import { CreateContainerIntents } from "./20261130130300_create_container_intents.ts";
import { CountSignIns } from "./20261130130600_count_sign_ins.ts";
import { NumberAgentAddresses } from "./20261130131100_number_agent_addresses.ts";
import { BindCredentials } from "./20261130131600_bind_credentials.ts";
import { FindLoginsByEmail } from "./20261130132600_find_logins_by_email.ts";
import { EmptyStandardReasons } from "./20261130190000_empty_standard_reasons.ts";
import { CreateRegisteredAgents } from "./20261201072000_create_registered_agents.ts";
import { StoreReasonsAsCodes } from "./20261201073000_store_reasons_as_codes.ts";
import { IndexAuditSearch } from "./20261201074500_index_audit_search.ts";
import { CreateAgents } from "./20261201075000_create_agents.ts";

export const MIGRATIONS = [
  { name: "20261121090000_create_foundation", class: CreateFoundation },
  { name: "20261121145000_order_outbox_by_subject", class: OrderOutboxBySubject },
  { name: "20261121150000_create_credential_leases", class: CreateCredentialLeases },
  { name: "20261121160000_show_senders_their_outbox", class: ShowSendersTheirOutbox },
  { name: "20261121170000_add_administration", class: AddAdministration },
  { name: "20261121180000_add_oidc", class: AddOidc },
  { name: "20261121183000_remember_provider_tests", class: RememberProviderTests },
  { name: "20261121190000_close_is_administrator", class: CloseIsAdministrator },
  { name: "20261121191000_index_user_lists", class: IndexUserLists },
  { name: "20261130130100_add_agent_isolation", class: AddAgentIsolation },
  { name: "20261130130200_pin_gateways", class: PinGateways },
  { name: "20261130130300_create_container_intents", class: CreateContainerIntents },
  { name: "20261130130600_count_sign_ins", class: CountSignIns },
  { name: "20261130131100_number_agent_addresses", class: NumberAgentAddresses },
  { name: "20261130131600_bind_credentials", class: BindCredentials },
  { name: "20261130132600_find_logins_by_email", class: FindLoginsByEmail },
  { name: "20261130190000_empty_standard_reasons", class: EmptyStandardReasons },
  { name: "20261201072000_create_registered_agents", class: CreateRegisteredAgents },
  { name: "20261201073000_store_reasons_as_codes", class: StoreReasonsAsCodes },
  { name: "20261201074500_index_audit_search", class: IndexAuditSearch },
  { name: "20261201075000_create_agents", class: CreateAgents },
];
