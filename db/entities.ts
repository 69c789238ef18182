// Every entity, for the ORM's configuration. Foreign keys, policies and grants are only in the migrations.
import { Invite, Team, TeamMember, UserDeactivation, Workspace, WorkspaceMember } from "./people/administration.ts";
import { AgentApiKey, AgentUser } from "./agents/agent-user.ts";
import { AgentContainer, ContainerEvent, ContainerSecret } from "./containers/agent-container.ts";
import { ContainerIntent } from "./containers/container-intent.ts";
import { AuditEvent } from "./audit/audit-event.ts";
import {
  CredentialAdminEvent,
  CredentialBrokerKey,
  CredentialLeaseEvent,
  CredentialWaiter,
} from "./leases/credential-lease.ts";
import { LlmProvider } from "./providers/llm-provider.ts";
import { OidcSignIn, UserIdentity } from "./sign-in/oidc.ts";
import { OutboxRow } from "./core/outbox-message.ts";
import { PersonalApiKey } from "./keys/personal-api-key.ts";
import { CredentialKind, CredentialProofRequest, QaCredential, QaCredentialPayloadChunk } from "./leases/qa-credential.ts";
import { RegisteredAgent, RegisteredAgentSecret } from "./registered-agents/registered-agent.ts";
import { AuthorityKey, CryptoKey, Engine, SystemConfig, SystemContainer } from "./installation/system.ts";
import { UserAgentConfig } from "./agent-config/agent-config.ts";
import { BreakglassUser, LocalPassword, Session, SignInBudget, SignInFailure, SignInPlace, User } from "./people/user.ts";

export const ENTITIES = [
  AgentApiKey,
  AgentContainer,
  AgentUser,
  AuditEvent,
  AuthorityKey,
  BreakglassUser,
  ContainerEvent,
  ContainerIntent,
  ContainerSecret,
  CredentialAdminEvent,
  CredentialBrokerKey,
  CredentialKind,
  CredentialLeaseEvent,
  CredentialProofRequest,
  CredentialWaiter,
  CryptoKey,
  Engine,
  Invite,
  LlmProvider,
  LocalPassword,
  OidcSignIn,
  OutboxRow,
  PersonalApiKey,
  QaCredential,
  QaCredentialPayloadChunk,
  RegisteredAgent,
  RegisteredAgentSecret,
  Session,
  SignInBudget,
  SignInFailure,
  SignInPlace,
  SystemConfig,
  SystemContainer,
  Team,
  TeamMember,
  User,
  UserAgentConfig,
  UserDeactivation,
  UserIdentity,
  Workspace,
  WorkspaceMember,
];
