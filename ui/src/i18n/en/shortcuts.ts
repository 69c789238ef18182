// The keys of the keyboard.
export const shortcuts = {
  title: "Keyboard shortcuts",
  search: "Focus the search field",
  help: "Show this list",
  home: "Home",
  chat: "Chat",
  settings: "Settings",
  fleet: "Fleet",
  next: "then",
  enabled: "Use keyboard shortcuts",
  enabledHint: "Applies to this browser. ? always opens this list.",
} as const;
