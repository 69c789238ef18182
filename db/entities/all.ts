// Every entity, for the ORM's configuration. Foreign keys, policies and grants stand in the migrations alone.
import { Invite, Team, TeamMember, UserDeactivation, Workspace, WorkspaceMember } from "./administration.ts";
import { AgentContainer, ContainerEvent, ContainerSecret } from "./agent-container.ts";
import { AuditEvent } from "./audit-event.ts";
import { LlmProvider } from "./llm-provider.ts";
import { OutboxRow } from "./outbox-message.ts";
import { PersonalApiKey } from "./personal-api-key.ts";
import { CryptoKey, Engine, SystemConfig, SystemContainer } from "./system.ts";
import { UserAgentConfig } from "./agent-config.ts";
import { BreakglassUser, LocalPassword, Session, SignInFailure, User } from "./user.ts";

export const ENTITIES = [
  AgentContainer,
  AuditEvent,
  BreakglassUser,
  ContainerEvent,
  ContainerSecret,
  CryptoKey,
  Engine,
  Invite,
  LlmProvider,
  LocalPassword,
  OutboxRow,
  PersonalApiKey,
  Session,
  SignInFailure,
  SystemConfig,
  SystemContainer,
  Team,
  TeamMember,
  User,
  UserAgentConfig,
  UserDeactivation,
  Workspace,
  WorkspaceMember,
];
