// Keys of cached answers that a change in another feature makes out of date.

export const agentKeys = { all: ["agent"] } as const;
export const fleetKeys = { all: ["fleet"] } as const;
export const systemAgentKeys = {
  all: ["system-agents"],
  settings: (name: string) => ["system-agents", "settings", name] as const,
  providers: (name: string) => ["system-agents", "providers", name] as const,
} as const;
