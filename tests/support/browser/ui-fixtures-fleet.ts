// What the api would answer on the pages of the fleet, the system agents and the credentials.
import { givenReason, plainReason, type ContainerReason } from "../../../contracts/containers/container-reasons.ts";
import type { ContainerCause, ContainerPhase } from "../../../contracts/containers/agent-container.ts";
import { agentContainerWorkflowId, containerNameOf, STATUS_OF_PHASE } from "../../../contracts/containers/agent-container.ts";
import {
  fleetContainerDetailSchema,
  fleetPageSchema,
  systemAgentListSchema,
  systemAgentSettingsSchema,
  type FleetContainer,
  type FleetEvent,
  type SystemAgentView,
} from "../../../contracts/containers/fleet.ts";
import { humanTenant, systemTenant, type Tenant } from "../../../contracts/core/tenant.ts";
import { providerListSchema } from "../../../contracts/providers/provider.ts";
import { CREDENTIAL_ANSWERS, CREDENTIAL_PAGES } from "./ui-fixtures-credentials.ts";
import { PROVIDER_CARDS } from "./ui-fixtures-providers.ts";
import { ago, hold, SIGNED_IN, uuid, type Answers, type PageAtRest } from "./ui-fixtures.ts";

const DAY = 60 * 24;
const IMAGE = "registry.example/mosaic-fleet/agent:2026.9.6";

interface Made {
  readonly tenant: Tenant;
  readonly name: string;
  readonly phase: ContainerPhase;
  readonly minutes: number;
  readonly more?: Partial<FleetContainer>;
}

const NOT_READY: ContainerReason = { code: "not_ready_in_time", values: { seconds: 90 } };

function container(number: number, { tenant, name, phase, minutes, more = {} }: Made): FleetContainer {
  const isOn = STATUS_OF_PHASE[phase] === "running" || STATUS_OF_PHASE[phase] === "starting";
  const workflowId = agentContainerWorkflowId(tenant);
  return {
    id: uuid(300 + number),
    tenant,
    kind: tenant.startsWith("system:") ? "system" : "human",
    ownerName: name,
    name: containerNameOf(tenant, uuid(700 + number)),
    status: STATUS_OF_PHASE[phase],
    phase,
    reason: null,
    host: isOn ? `fleet-${(number % 3) + 1}` : null,
    image: IMAGE,
    generation: number,
    startedAt: isOn ? ago(minutes + 20) : null,
    lastActivityAt: ago(minutes),
    statusChangedAt: ago(minutes),
    workflowId,
    workflowUrl: `http://127.0.0.1:8233/namespaces/default/workflows/${encodeURIComponent(workflowId)}`,
    ...more,
  };
}

const human = (number: number, made: Omit<Made, "tenant">) =>
  container(number, { tenant: humanTenant(uuid(400 + number)), ...made });

const containers: readonly FleetContainer[] = [
  human(1, {
    name: "Jakob Stein",
    phase: "failed",
    minutes: 12,
    more: { reason: NOT_READY },
  }),
  human(2, {
    name: "Mira Okonkwo",
    phase: "backing_off",
    minutes: 1,
    more: { reason: plainReason("out_of_memory"), host: null },
  }),
  human(3, { name: "Tomás Herrera", phase: "booting", minutes: 0 }),
  human(4, { name: "Ana Weber", phase: "ready", minutes: 4 }),
  container(5, { tenant: systemTenant("night-watch"), name: "Night watch", phase: "ready", minutes: 2 }),
  human(6, { name: "Priya Raghunathan-Oppenheimer", phase: "ready", minutes: 17 }),
  human(7, { name: "Luca Bianchi", phase: "restarting", minutes: 0 }),
  human(8, { name: "Sofie Lindqvist", phase: "asleep", minutes: 95 }),
  human(9, { name: "Yusuf Demir", phase: "asleep", minutes: DAY * 3 }),
  human(10, { name: "Nora Hagen", phase: "never_started", minutes: 3, more: { lastActivityAt: null, image: null } }),
];
const fleet = (rows: readonly FleetContainer[], total = rows.length) => ({
  body: hold(fleetPageSchema, {
    containers: [...rows],
    meta: { page: 1, limit: 50, total, totalPages: Math.max(1, Math.ceil(total / 50)) },
    counts:
      total === 0 ? { stopped: 0, starting: 0, running: 0, error: 0 } : { stopped: 211, starting: 3, running: 97, error: 1 },
  }),
});

const event = (number: number, minutes: number, cause: ContainerCause, more: Partial<FleetEvent> = {}): FleetEvent => ({
  id: uuid(500 + number),
  at: ago(minutes),
  cause,
  phase: "ready",
  actor: "system",
  actorName: null,
  reason: null,
  generation: 7,
  ...more,
});
const TIMELINE: readonly FleetEvent[] = [
  event(1, 30, "started"),
  event(2, 31, "restart_requested", {
    actor: uuid(1),
    actorName: "Ana Weber",
    reason: givenReason("New image with the mended search."),
  }),
  event(3, 95, "started", { generation: 6 }),
  event(4, 96, "chat", { generation: 6 }),
  event(5, 700, "idle", { generation: 5 }),
  event(6, 790, "config_changed", { generation: 5 }),
  event(7, 800, "start_failed", { generation: 4, reason: NOT_READY }),
  event(8, 4000, "stop_requested", { actor: uuid(99), reason: givenReason("Maintenance of fleet-2."), generation: 3 }),
  event(9, 4100, "out_of_memory", { generation: 3 }),
];
const detail = (from: FleetContainer | undefined, more: { sleepsAt: string | null; timeline: readonly FleetEvent[] }) => {
  if (from === undefined) throw new Error("There is no such container among the fixtures.");
  const { sleepsAt, timeline } = more;
  const body = { ...from, configRevision: 13, appliedRevision: 12, sleepsAt, timeline: [...timeline] };
  return { body: hold(fleetContainerDetailSchema, body) };
};

const agent = (number: number, more: Partial<SystemAgentView>): SystemAgentView => ({
  name: "night-watch",
  tenant: systemTenant("night-watch"),
  displayName: "Night watch",
  role: "monitor",
  isEnabled: true,
  createdAt: ago(DAY * 40),
  container: containers[number] ?? null,
  ...more,
});
const systemAgents: readonly SystemAgentView[] = [
  agent(4, {}),
  agent(99, {
    name: "operations",
    tenant: systemTenant("operations"),
    displayName: "Operations",
    role: "operations",
    container: container(11, {
      tenant: systemTenant("operations"),
      name: "Operations",
      phase: "failed",
      minutes: 44,
      more: { reason: NOT_READY },
    }),
  }),
  agent(99, { name: "weekly-report", displayName: "Weekly report", role: "scheduler", isEnabled: false }),
];

const ANSWERS: Answers = {
  ...SIGNED_IN,
  ...CREDENTIAL_ANSWERS,
  "GET /api/containers": fleet(containers, 312),
  [`GET /api/containers/${uuid(304)}`]: detail(containers[3], { sleepsAt: ago(-26), timeline: TIMELINE }),
  [`GET /api/containers/${uuid(301)}`]: detail(containers[0], {
    sleepsAt: null,
    timeline: [event(20, 12, "gave_up"), event(21, 12, "start_failed", { reason: NOT_READY })],
  }),
  "GET /api/system-agents": { body: hold(systemAgentListSchema, { systemAgents: [...systemAgents] }) },
  "GET /api/system-agents/night-watch/settings": {
    body: hold(systemAgentSettingsSchema, {
      primaryModel: "zai/glm-5",
      fallbackModels: [],
      personality: "Watch the logs at night. Write in the morning what was unusual, in five lines at most.",
      providerId: uuid(10),
      effectiveModel: "zai/glm-5",
      revision: 4,
      warnings: [],
      models: ["zai/glm-5", "zai/glm-5-air"],
      providers: [{ displayName: "Z.AI", type: "zai", isActive: true }],
    }),
  },
};

const NIGHT_WATCH = "/admin/system-agents/night-watch/providers";
const PROVIDERS: Answers = {
  ...ANSWERS,
  "GET /api/system-agents/night-watch/providers": {
    body: hold(providerListSchema, { providers: PROVIDER_CARDS.slice(0, 2) }),
  },
  ...Object.fromEntries(
    PROVIDER_CARDS.map((card) => [`GET /api/system-agents/night-watch/providers/${card.id}`, { body: card }]),
  ),
};

export const FLEET_PAGES: readonly PageAtRest[] = [
  { name: "fleet", path: "/admin/fleet", answers: ANSWERS },
  { name: "fleet-empty", path: "/admin/fleet", answers: { ...ANSWERS, "GET /api/containers": fleet([], 0) } },
  { name: "container", path: `/admin/fleet/${uuid(304)}`, answers: ANSWERS },
  { name: "container-failed", path: `/admin/fleet/${uuid(301)}`, answers: ANSWERS },
  { name: "system-agents", path: "/admin/system-agents", answers: ANSWERS },
  { name: "system-agent-providers", path: NIGHT_WATCH, answers: PROVIDERS },
  { name: "system-agent-provider-new", path: `${NIGHT_WATCH}/new`, answers: PROVIDERS },
  { name: "system-agent-provider", path: `${NIGHT_WATCH}/${uuid(12)}`, answers: PROVIDERS },
  ...CREDENTIAL_PAGES.map((page) => ({ ...page, answers: { ...ANSWERS, ...page.answers } })),
];
