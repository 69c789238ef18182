// Every entity, for the ORM's configuration. Foreign keys, policies and grants stand in the migrations alone.
import { Invite, Team, TeamMember, UserDeactivation, Workspace, WorkspaceMember } from "./administration.ts";
import { AgentContainer, ContainerEvent, ContainerSecret } from "./agent-container.ts";
import { AuditEvent } from "./audit-event.ts";
import { CredentialAdminEvent, CredentialBrokerKey, CredentialLeaseEvent, CredentialWaiter } from "./credential-lease.ts";
import { LlmProvider } from "./llm-provider.ts";
import { OidcSignIn, UserIdentity } from "./oidc.ts";
import { OutboxRow } from "./outbox-message.ts";
import { PersonalApiKey } from "./personal-api-key.ts";
import { CredentialKind, CredentialProofRequest, QaCredential, QaCredentialPayloadChunk } from "./qa-credential.ts";
import { CryptoKey, Engine, SystemConfig, SystemContainer } from "./system.ts";
import { UserAgentConfig } from "./agent-config.ts";
import { BreakglassUser, LocalPassword, Session, SignInFailure, User } from "./user.ts";

export const ENTITIES = [
  AgentContainer,
  AuditEvent,
  BreakglassUser,
  ContainerEvent,
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
  Session,
  SignInFailure,
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
